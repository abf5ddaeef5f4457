package org.sparklora.template;

/** Part of a text, from {@code start} to before {@code end}, in UTF-16 units. */
public record TextSpan(int start, int end) {
  public TextSpan {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("a span from %d to %d".formatted(start, end));
    }
  }
}
