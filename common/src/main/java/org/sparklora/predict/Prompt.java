package org.sparklora.predict;

import java.util.Optional;

/**
 * A row to predict.
 *
 * @param row dense index of the row in the whole input; keys its random numbers
 * @param target the right answer, where the input has one
 */
public record Prompt(long row, String text, Optional<String> target) {}
