/**
 * From a conversation to what a model reads and learns. May import: chat, template,
 * template.python, text.
 */
package org.sparklora.prompt;
