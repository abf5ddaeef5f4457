package org.sparklora.config;

/**
 * A value and where it came from: {@code flag}, {@code file NAME}, {@code model} or {@code
 * default}.
 */
public record Given(String value, String origin) {
  /** What the job takes where nobody says anything. */
  public static Given byDefault(Object value) {
    return new Given(String.valueOf(value), "default");
  }
}
