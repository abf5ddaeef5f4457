/**
 * Rows of a table laid end to end, as many as a model computes at once. May import: {@code
 * feature}, {@code model}, {@code plan}.
 */
package org.sparklora.batch;
