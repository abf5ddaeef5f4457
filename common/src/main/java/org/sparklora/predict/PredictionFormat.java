package org.sparklora.predict;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The layout of a table of predictions. */
public enum PredictionFormat {
  PARQUET,
  JSONL;

  /** As {@code --format} spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static PredictionFormat of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  static List<String> words() {
    return Arrays.stream(values()).map(PredictionFormat::word).toList();
  }
}
