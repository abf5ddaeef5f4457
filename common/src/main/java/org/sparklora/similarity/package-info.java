/**
 * How near an answer comes to the right one: matches, ROUGE, BLEU; texts in, numbers out. May
 * import: nothing.
 */
package org.sparklora.similarity;
