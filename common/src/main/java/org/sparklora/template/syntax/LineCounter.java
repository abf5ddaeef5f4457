package org.sparklora.template.syntax;

/** Line numbers of places that are asked for in about their order. */
final class LineCounter {
  private final String source;
  private int counted;
  private int line = 1;

  LineCounter(String source) {
    this.source = source;
  }

  /** The line of {@code place}, from 1. */
  int line(int place) {
    if (place < counted) {
      counted = 0;
      line = 1;
    }
    for (; counted < place; counted++) {
      line += source.charAt(counted) == '\n' ? 1 : 0;
    }
    return line;
  }
}
