/** Instruction examples and the rows that are none. */
package org.sparklora.corpus;
