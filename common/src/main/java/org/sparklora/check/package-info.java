/**
 * Tries on this machine, without Spark, what training needs of a device. May import: {@code
 * command}, {@code config}, {@code device}, {@code lora}, {@code model}, {@code model.load}, {@code
 * model.spec}, {@code screen}, {@code storage}, {@code tensor}.
 */
package org.sparklora.check;
