/**
 * A run's files as a page to look at and as a model card. May import: {@code checkpoint}, {@code
 * config}, {@code feature}, {@code metric}, {@code model.load}, {@code plan}, {@code report.chart},
 * {@code storage}, {@code tensor}, {@code track}, {@code train}.
 */
package org.sparklora.report;
