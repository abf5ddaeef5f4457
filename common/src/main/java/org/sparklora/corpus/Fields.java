package org.sparklora.corpus;

import com.fasterxml.jackson.core.JsonToken;
import java.util.function.Supplier;

/** The two wanted fields of one JSON object, and what is wrong with them. */
final class Fields {
  private final Field prompt;
  private final Field target;

  Fields(String promptKey, String targetKey) {
    prompt = new Field(promptKey);
    target = new Field(targetKey);
  }

  /** Takes one member of the object; the last of equal names counts. */
  void take(String key, JsonToken type, String text) {
    if (key.equals(prompt.key)) {
      prompt.take(type, text);
    } else if (key.equals(target.key)) {
      target.take(type, text);
    }
  }

  boolean wants(String key) {
    return key.equals(prompt.key) || key.equals(target.key);
  }

  /** The example, or why it is none. */
  CorpusRow row(Supplier<byte[]> content) {
    String wrong = prompt.wrong();
    if (wrong.isEmpty() && !target.key.isEmpty()) {
      wrong = target.wrong();
    }
    return wrong.isEmpty()
        ? new CorpusRow.Good(new Example(prompt.text, target.key.isEmpty() ? "" : target.text))
        : new CorpusRow.Bad(wrong, content.get());
  }

  private static final class Field {
    private final String key;
    private String text = "";
    private JsonToken type;

    Field(String key) {
      this.key = key;
    }

    void take(JsonToken foundType, String foundText) {
      type = foundType;
      text = foundText;
    }

    String wrong() {
      if (type == null) {
        return "the key is missing: " + key;
      }
      if (type != JsonToken.VALUE_STRING) {
        return "the value of %s is %s, not a text".formatted(key, name(type));
      }
      return isUnicode(text) ? "" : "the value of %s holds half a character".formatted(key);
    }

    private static String name(JsonToken type) {
      return switch (type) {
        case START_OBJECT -> "an object";
        case START_ARRAY -> "an array";
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
        case VALUE_TRUE, VALUE_FALSE -> "a boolean";
        default -> "null";
      };
    }

    /** Whether surrogates come in pairs; an escape like \\ud83d alone is no character. */
    private static boolean isUnicode(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (Character.isSurrogate(c) && !pair) {
          return false;
        }
        i += pair ? 1 : 0;
      }
      return true;
    }
  }
}
