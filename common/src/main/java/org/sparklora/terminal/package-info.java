/** A conversation at a terminal. May import: answer, chat, config, mix. */
package org.sparklora.terminal;
