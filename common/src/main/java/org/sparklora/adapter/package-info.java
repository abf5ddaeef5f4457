/** PEFT adapters as files and values. May import: storage, weights. */
package org.sparklora.adapter;
