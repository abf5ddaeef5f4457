/** What decides an answer beside the model: settings with their origin, the next token, the end. */
package org.sparklora.generation;
