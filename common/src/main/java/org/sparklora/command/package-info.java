/** From a command line to an exit code: settings in, work, outcome out. */
package org.sparklora.command;
