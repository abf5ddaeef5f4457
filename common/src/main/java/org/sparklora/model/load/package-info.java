/**
 * A base's weight files, checked against its description, brought into native memory: mapped,
 * streamed or converted once per host. May import: model.spec, tensor, storage, weights.
 */
package org.sparklora.model.load;
