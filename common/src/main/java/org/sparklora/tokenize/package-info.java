/**
 * From an example to a feature row: cut policies and counters. May import: corpus, text, feature,
 * config, storage.
 */
package org.sparklora.tokenize;
