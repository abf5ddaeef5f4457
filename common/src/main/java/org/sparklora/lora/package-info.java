/** Low-rank projections over one flat buffer of trainable parameters. */
package org.sparklora.lora;
