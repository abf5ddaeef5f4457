/** Writes what was trained for other tools: an adapter of a mix, or a base with a mix in it. */
package org.sparklora.export;
