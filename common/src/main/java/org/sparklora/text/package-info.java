/** Text to token ids and back, for every tokenizer the families use. */
package org.sparklora.text;
