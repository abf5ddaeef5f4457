/**
 * The training step and loop: batches, optimizer, schedule, checkpoints, resume. May import: plan,
 * feature, model, lora, tensor, collective, checkpoint, metric, adapter, weights, storage, config.
 */
package org.sparklora.train;
