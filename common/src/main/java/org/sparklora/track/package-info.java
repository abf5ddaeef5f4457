/** What onlookers are told of a run while it goes on. May import: {@code storage}. */
package org.sparklora.track;
