/**
 * Answers over HTTP in OpenAI's words, and a page. May import: answer, chat, config, generation,
 * mix.
 */
package org.sparklora.serve;
