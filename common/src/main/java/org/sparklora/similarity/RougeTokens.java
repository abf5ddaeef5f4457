package org.sparklora.similarity;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A text's words as ROUGE compares them: in lower case, without punctuation; Han and kana each by
 * itself. Of Latin text the same as rouge-score without its stemmer.
 */
final class RougeTokens {
  private RougeTokens() {}

  static List<String> of(String text) {
    List<String> tokens = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.toLowerCase(Locale.ROOT)
        .codePoints()
        .forEach(
            character -> {
              boolean alone = Scripts.isAlone(character);
              if (alone || !isWord(character)) {
                end(word, tokens);
              }
              if (alone) {
                tokens.add(Character.toString(character));
              } else if (isWord(character)) {
                word.appendCodePoint(character);
              }
            });
    end(word, tokens);
    return tokens;
  }

  private static void end(StringBuilder word, List<String> tokens) {
    if (!word.isEmpty()) {
      tokens.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isWord(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= '0' && character <= '9')
        || (character > 127 && Scripts.isForeignWord(character));
  }
}
