/** Engine start, devices, the kernel module, number types and memory use. */
package org.sparklora.tensor;
