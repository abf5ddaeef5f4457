/** Conversations as values. May import: nothing. */
package org.sparklora.chat;
