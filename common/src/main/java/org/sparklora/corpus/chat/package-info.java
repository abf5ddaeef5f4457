/**
 * Rows of every usual shape → conversations, and the rows that are none. May import: {@code chat},
 * {@code storage}.
 */
package org.sparklora.corpus.chat;
