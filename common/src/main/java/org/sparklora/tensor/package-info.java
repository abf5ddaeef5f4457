/**
 * Engine start, devices, scopes, the kernel module, autograd and mapped files. May import: nothing
 * of ours.
 */
package org.sparklora.tensor;
