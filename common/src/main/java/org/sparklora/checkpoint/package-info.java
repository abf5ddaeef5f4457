/** Checkpoints with the manifest as commit marker: write, find, rotate. */
package org.sparklora.checkpoint;
