/**
 * What a process shows of its work: lines, and one that says how far it is. May import: nothing.
 */
package org.sparklora.screen;
