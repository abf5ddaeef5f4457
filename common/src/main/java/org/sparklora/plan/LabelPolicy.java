package org.sparklora.plan;

import java.util.Locale;
import org.sparklora.ModelFamily;

/**
 * Which ids of a row are labels.
 *
 * <p>The label at index j is predicted from the ids before it, so index 0 is never one and a row
 * has labels at {@code firstLabel(seqLen)} to its end. A row without labels trains nothing.
 */
public enum LabelPolicy {
  /** The target and the end token. */
  ANSWER,
  /** The last prompt id too, as LLM-Tuning's scripts for both ChatGLM. */
  TARGET,
  /** Every id but the first, as LLM-Tuning's script for baichuan. */
  ALL,
  /** What LLM-Tuning does for the family; {@link #resolve} says which. */
  ORIGINAL;

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

  /** Index of the first label in a row with {@code seqLen} prompt ids; at least 1. */
  public int firstLabel(int seqLen) {
    return switch (this) {
      case ANSWER -> Math.max(1, seqLen);
      case TARGET -> Math.max(1, seqLen - 1);
      case ALL -> 1;
      case ORIGINAL -> throw new IllegalStateException("resolve the policy first");
    };
  }

  /** Number of labels of a row. */
  public int labels(int length, int seqLen) {
    return Math.max(0, length - firstLabel(seqLen));
  }
}
