/**
 * Weight files: safetensors and torch zip archives, read without running anything. May import:
 * storage.
 */
package org.sparklora.weights;
