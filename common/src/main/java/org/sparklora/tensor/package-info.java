/**
 * Engine start, devices, the kernel module, number types and memory use. May import: nothing of
 * ours.
 */
package org.sparklora.tensor;
