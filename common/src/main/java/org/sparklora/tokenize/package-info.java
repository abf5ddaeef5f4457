/** From an example to a feature row: cut policies and counters. */
package org.sparklora.tokenize;
