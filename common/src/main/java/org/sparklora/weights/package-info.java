/** Weight files: safetensors and torch zip archives, read without running anything. */
package org.sparklora.weights;
