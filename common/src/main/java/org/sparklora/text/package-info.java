/** Text to token ids and back, for the tokenizers of all families. */
package org.sparklora.text;
