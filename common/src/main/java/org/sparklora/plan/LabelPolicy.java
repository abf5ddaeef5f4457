package org.sparklora.plan;

import java.util.Locale;
import org.sparklora.ModelFamily;
import org.sparklora.feature.LabelSpans;

/**
 * Which ids of a row are labels.
 *
 * <p>The label at index j is predicted from the ids before it, so index 0 is never one. A row
 * without labels trains nothing, one without spans has none under any policy.
 */
public enum LabelPolicy {
  /** What is learned: each answer and its end token. */
  ANSWER,
  /** The id before each answer too, as LLM-Tuning's scripts for both ChatGLM. */
  TARGET,
  /** Every id but the first, as LLM-Tuning's script for baichuan. */
  ALL,
  /** What LLM-Tuning does for the family; {@link #resolve} says which. */
  ORIGINAL;

  private static final int[] NOTHING = {};

  /** The policy of a flag's word. */
  public static LabelPolicy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The flag's word. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Replaces {@link #ORIGINAL} by what it means for a family. */
  public LabelPolicy resolve(ModelFamily family) {
    if (this != ORIGINAL) {
      return this;
    }
    return switch (family.originalLabels()) {
      case TARGET -> TARGET;
      case ALL -> ALL;
    };
  }

  /**
   * The labels of a row with {@code length} ids: start and end of each range of indexes in turn,
   * all at least 1 and apart.
   */
  public int[] labels(int length, LabelSpans spans) {
    if (this == ORIGINAL) {
      throw new IllegalStateException("resolve the policy first");
    }
    if (spans.count() == 0) {
      return NOTHING;
    }
    if (this == ALL) {
      return new int[] {1, Math.max(1, length)};
    }
    int earlier = this == TARGET ? 1 : 0;
    int[] labels = new int[2 * spans.count()];
    int before = 1;
    for (int i = 0; i < spans.count(); i++) {
      labels[2 * i] = Math.max(before, spans.start(i) - earlier);
      before = Math.max(labels[2 * i], spans.end(i));
      labels[2 * i + 1] = before;
    }
    return labels;
  }

  /** Number of labels of a row with {@code length} ids. */
  public int count(int length, LabelSpans spans) {
    int count = 0;
    int[] labels = labels(length, spans);
    for (int i = 0; i < labels.length; i += 2) {
      count += labels[i + 1] - labels[i];
    }
    return count;
  }
}
