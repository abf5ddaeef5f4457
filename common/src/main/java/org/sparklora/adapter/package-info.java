/** PEFT adapters as files and values. May import: storage, weights, config. */
package org.sparklora.adapter;
