/** Building blocks that both kinds of encoder share: buffers, tables, merges, the word cache. */
package org.sparklora.text.encoder;
