package org.sparklora.corpus.chat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The usual shapes of a row; each is known by the keys that its rows must have. */
@SuppressWarnings("ImmutableEnumChecker") // Map.copyOf and List.of
public enum RowFormat {
  MESSAGES(Map.of("messages", "messages", "tools", "tools"), List.of("messages")),
  SHAREGPT(
      Map.of("messages", "conversations", "system", "system", "tools", "tools"),
      List.of("messages")),
  ALPACA(
      Map.of(
          "prompt", "instruction",
          "query", "input",
          "response", "output",
          "system", "system",
          "history", "history"),
      List.of("prompt", "response")),
  PROMPT_COMPLETION(
      Map.of("prompt", "prompt", "response", "completion", "tools", "tools"),
      List.of("prompt", "response")),
  /** Questions with the answers of people and of ChatGPT, several of each. */
  HC3(Map.of("prompt", "question", "response", "chatgpt_answers"), List.of("prompt", "response")),
  PAIR(Map.of("prompt", "prompt", "response", "target"), List.of());

  private final Map<String, String> columns;
  private final List<String> marks;

  /**
   * @param columns LLaMA-Factory's name of each part → the usual key
   * @param marks the parts by which a row is known
   */
  RowFormat(Map<String, String> columns, List<String> marks) {
    this.columns = Map.copyOf(columns);
    this.marks = marks;
  }

  /** The usual key of each part. */
  Map<String, String> columns() {
    return columns;
  }

  /** The flag's word. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The words of all formats. */
  public static List<String> words() {
    return Arrays.stream(values()).map(RowFormat::word).toList();
  }

  /** The format of a flag's word. */
  public static RowFormat of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** The format of rows with these keys, if it can be told. */
  public static Optional<RowFormat> withKeys(Collection<String> keys) {
    return Arrays.stream(values()).filter(format -> format.isMarkedBy(keys)).findFirst();
  }

  private boolean isMarkedBy(Collection<String> keys) {
    return !marks.isEmpty() && keys.containsAll(marks.stream().map(columns::get).toList());
  }
}
