/**
 * Checkpoints with the manifest as commit marker: write, find, rotate. May import: storage,
 * adapter, weights.
 */
package org.sparklora.checkpoint;
