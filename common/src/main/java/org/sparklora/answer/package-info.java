/**
 * Conversations answered while their askers wait: one open model, a batch that rows join and leave,
 * text as it comes. May import: adapter, chat, config, corpus.chat, generation, lora, mix,
 * model.load, model.spec, predict, prompt, storage, tensor, text.
 */
package org.sparklora.answer;
