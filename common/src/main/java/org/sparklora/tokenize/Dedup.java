package org.sparklora.tokenize;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Which rows of a corpus repeat earlier ones and are left out; docs/corpora.md. */
public enum Dedup {
  OFF,
  /** Rows whose texts are equal in normal form. */
  EXACT,
  /** Rows that hang together with earlier ones, each nearly equal to the next. */
  NEAR;

  /** The Jaccard similarity from which on two texts are nearly equal. */
  public static final double NEARLY = 0.8;

  /** The name in flags and in {@code _features.json}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(Dedup::word).toList();
  }

  /** One of {@link #words}. */
  static Dedup of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** As a table's contract has it; null where every row is taken. */
  public String origin() {
    return this == OFF ? null : word();
  }
}
