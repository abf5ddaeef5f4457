/**
 * What the evaluate job is asked for and what it found. May import: {@code config}, {@code
 * evaluate.loss}, {@code evaluation}, {@code similarity}, {@code storage}.
 */
package org.sparklora.evaluate;
