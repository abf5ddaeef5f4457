/** Training metrics as TensorBoard events and JSON lines. May import: storage. */
package org.sparklora.metric;
