/** Training metrics as TensorBoard events and JSON lines. */
package org.sparklora.metric;
