/** PEFT adapters as files and values. */
package org.sparklora.adapter;
