package org.sparklora.feature;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sparklora.Failure;

/** The file formats of a feature table. */
public enum TableFormat {
  PARQUET,
  ARROW;

  /** The name in flags and in {@code _features.json}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** How a table of this format lies in its folder. */
  public TableLayout layout() {
    return switch (this) {
      case PARQUET -> new ParquetLayout();
      case ARROW -> new ArrowLayout();
    };
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(TableFormat::word).toList();
  }

  public static TableFormat of(String word) {
    return Arrays.stream(values())
        .filter(f -> f.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                Failure.usage(
                    "Cannot use a table format, the name is unknown: %s (expected %s). Change --format."
                        .formatted(word, String.join("|", words()))));
  }
}
