package org.sparklora.tokenize;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sparklora.Failure;

/** What happens to a row that is longer than {@code max_seq_length}; docs/spec/feature-table.md. */
public enum CutPolicy {
  /** Prompt and target share the room, the end token stays; a row without a target is bad. */
  KEEP_TARGET,
  /** LLM-Tuning's rule: each half cut, then the whole; end token and target may go. */
  SEED,
  /** The row is left out, LLM-Tuning's {@code --skip_overlength}. */
  DROP;

  /** The name in flags and in {@code _features.json}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(CutPolicy::word).toList();
  }

  public static CutPolicy of(String word) {
    return Arrays.stream(values())
        .filter(p -> p.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                Failure.usage(
                    "Cannot tokenize, the cut policy is unknown: %s (expected %s). Change --cut_policy."
                        .formatted(word, String.join("|", words()))));
  }
}
