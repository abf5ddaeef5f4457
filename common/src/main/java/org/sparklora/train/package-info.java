/**
 * The training step and loop: order, batches, optimizer, schedule, resume. May import: feature,
 * model, lora, tensor, collective, checkpoint, metric, adapter, weights, storage, config.
 */
package org.sparklora.train;
