/**
 * Low-rank projections over one flat buffer of trainable parameters. May import: model, tensor,
 * adapter, weights, storage, config.
 */
package org.sparklora.lora;
