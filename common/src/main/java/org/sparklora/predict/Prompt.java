package org.sparklora.predict;

import java.util.Optional;

/**
 * A row to predict.
 *
 * @param row dense index of the row in the whole input; keys its random numbers
 * @param target the right answer, where the input has one
 * @param adapter the adapter or mix that answers, where rows choose; empty for the base
 */
public record Prompt(long row, String text, Optional<String> target, String adapter) {
  /** Of a row that does not choose. */
  public Prompt(long row, String text, Optional<String> target) {
    this(row, text, target, "");
  }
}
