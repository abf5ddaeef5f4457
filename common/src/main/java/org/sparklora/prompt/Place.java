package org.sparklora.prompt;

/** Before the character {@code character}, in UTF-16 units, of the segment {@code segment}. */
public record Place(int segment, int character) {
  public Place {
    if (segment < 0 || character < 0) {
      throw new IllegalArgumentException("a place at %d:%d".formatted(segment, character));
    }
  }
}
