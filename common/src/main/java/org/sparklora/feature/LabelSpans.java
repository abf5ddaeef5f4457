package org.sparklora.feature;

import java.util.Arrays;
import org.sparklora.Failure;

/**
 * Which ids of a row are learned: ranges of indexes, in order and apart.
 *
 * @param bounds start and end (exclusive) of each range in turn
 */
public record LabelSpans(int... bounds) {
  /** A row that teaches nothing under any label policy. */
  public static final LabelSpans NONE = new LabelSpans();

  /** All ids behind a prompt of {@code seqLen} ids; none may be left. */
  public static LabelSpans behind(int seqLen, int length) {
    return new LabelSpans(seqLen, length);
  }

  /** Number of ranges. */
  public int count() {
    return bounds.length / 2;
  }

  public int start(int span) {
    return bounds[2 * span];
  }

  public int end(int span) {
    return bounds[2 * span + 1];
  }

  /** Index of the first learned id, or {@code length} where there is none. */
  int firstStart(int length) {
    return bounds.length == 0 ? length : bounds[0];
  }

  /** Whether one range that reaches to the end says it all. */
  boolean isBehindOnePrompt(int length) {
    return bounds.length == 2 && bounds[1] == length;
  }

  /** Fails unless every range is one of a row with so many ids. */
  void check(int length) {
    boolean fits = bounds.length % 2 == 0;
    int before = 0;
    for (int bound : bounds) {
      fits &= bound >= before && bound <= length;
      before = bound;
    }
    for (int i = 0; fits && count() > 1 && i < count(); i++) {
      fits = start(i) < end(i);
    }
    if (!fits) {
      throw Failure.input(
          "Cannot use a feature row, its label spans are no ranges of it: %s (expected rising bounds, two a span, up to %d). Make the table again."
              .formatted(Arrays.toString(bounds), length));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LabelSpans spans && Arrays.equals(bounds, spans.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return Arrays.toString(bounds);
  }
}
