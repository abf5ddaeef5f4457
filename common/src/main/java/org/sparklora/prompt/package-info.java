/** From a conversation to what a model reads and learns. May import: template. */
package org.sparklora.prompt;
