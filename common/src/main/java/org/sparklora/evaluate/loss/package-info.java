/**
 * How well a base, and adapters on it, predict the labels of a feature table: what is asked, and
 * rows scored. May import: {@code batch}, {@code config}, {@code evaluation}, {@code feature},
 * {@code lora}, {@code mix}, {@code model}, {@code plan}, {@code predict}, {@code tensor}.
 */
package org.sparklora.evaluate.loss;
