/** What encoders of every kind are made of: buffers, tables, merges, the cache of words. */
package org.sparklora.text.encoder;
