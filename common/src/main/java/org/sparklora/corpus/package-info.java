/** Instruction examples and the rows that are none. May import: nothing of ours. */
package org.sparklora.corpus;
