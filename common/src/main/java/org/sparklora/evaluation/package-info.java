/**
 * What is known of a model's answers, as values: scores, what a run's evaluations came to, which is
 * the best. May import: nothing.
 */
package org.sparklora.evaluation;
