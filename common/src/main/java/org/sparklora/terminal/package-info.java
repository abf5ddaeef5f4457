/** A conversation at a terminal. May import: answer, chat, config, mix, screen. */
package org.sparklora.terminal;
