/**
 * A {@code tokenizer.json} as a whole: what it says beside its vocabulary, and encoders of its
 * kind.
 */
package org.sparklora.text.json;
