/**
 * From a prompt to an answer with a base and an adapter: cache, sampling, batches. May import:
 * corpus, text, adapter, model, lora, tensor, weights, storage, config.
 */
package org.sparklora.predict;
