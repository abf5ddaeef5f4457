/** The training step and loop: batches, optimizer, schedule, checkpoints, resume. */
package org.sparklora.train;
