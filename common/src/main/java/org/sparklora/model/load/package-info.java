/**
 * A base's weight files, checked against its description, brought into native memory: mapped,
 * streamed or converted once per host.
 */
package org.sparklora.model.load;
