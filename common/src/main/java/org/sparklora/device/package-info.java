/** What a machine has to compute with, asked of its driver and its kernel. May import: nothing. */
package org.sparklora.device;
