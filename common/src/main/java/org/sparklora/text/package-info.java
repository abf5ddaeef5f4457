/**
 * Text to token ids and back, for every tokenizer the families use. May import: nothing of ours.
 */
package org.sparklora.text;
