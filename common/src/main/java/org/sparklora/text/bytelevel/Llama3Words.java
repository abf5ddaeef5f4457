package org.sparklora.text.bytelevel;

import static org.sparklora.text.encoder.CharacterClasses.LETTER;
import static org.sparklora.text.encoder.CharacterClasses.NUMBER;
import static org.sparklora.text.encoder.CharacterClasses.OTHER;
import static org.sparklora.text.encoder.CharacterClasses.SPACE;

import java.util.Map;
import java.util.Optional;
import org.sparklora.text.encoder.CharacterClasses;
import org.sparklora.text.encoder.Utf8;

/** The pattern of LLaMA-3 and Qwen2, which differ in the number of digits per word. */
final class Llama3Words implements WordScanner {
  private static final String HEAD =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}";
  private static final String TAIL =
      "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final Map<String, Integer> DIGITS = Map.of("", 1, "{1,3}", 3);

  private final int maxDigits;

  private Llama3Words(int maxDigits) {
    this.maxDigits = maxDigits;
  }

  /** The scanner for {@code pattern}, if it is one of the two. */
  static Optional<WordScanner> of(String pattern) {
    return DIGITS.entrySet().stream()
        .filter(digits -> pattern.equals(HEAD + digits.getKey() + TAIL))
        .<WordScanner>map(digits -> new Llama3Words(digits.getValue()))
        .findFirst();
  }

  @Override
  public int end(byte[] text, int from, int to) {
    byte first = text[from];
    if (first == '\'') {
      int length = contraction(text, from + 1, to);
      if (length > 0) {
        return from + 1 + length;
      }
    }
    byte kind = CharacterClasses.at(text, from);
    int next = from + Utf8.length(first);
    return switch (kind) {
      case LETTER -> CharacterClasses.runEnd(text, next, to, LETTER);
      case NUMBER -> digitsEnd(text, next, to);
      default -> {
        if (next < to && !Runs.isLineBreak(first) && CharacterClasses.at(text, next) == LETTER) {
          yield CharacterClasses.runEnd(text, next, to, LETTER);
        }
        yield kind == OTHER ? signsEnd(text, from, to) : blanksEnd(text, from, to);
      }
    };
  }

  private int digitsEnd(byte[] text, int from, int to) {
    int at = from;
    for (int n = 1; n < maxDigits && at < to && CharacterClasses.at(text, at) == NUMBER; n++) {
      at += Utf8.length(text[at]);
    }
    return at;
  }

  private static int signsEnd(byte[] text, int from, int to) {
    return Runs.lineBreaksEnd(text, CharacterClasses.runEnd(text, from, to, OTHER), to);
  }

  private static int blanksEnd(byte[] text, int from, int to) {
    if (text[from] == ' ' && from + 1 < to && CharacterClasses.at(text, from + 1) == OTHER) {
      return signsEnd(text, from + 1, to);
    }
    for (int at = CharacterClasses.runEnd(text, from, to, SPACE) - 1; at >= from; at--) {
      if (Runs.isLineBreak(text[at])) {
        return at + 1;
      }
    }
    return Runs.blanksEnd(text, from, to);
  }

  /** Length of the contraction after an apostrophe, upper or lower case; 0 if there is none. */
  private static int contraction(byte[] text, int at, int to) {
    if (at >= to) {
      return 0;
    }
    if (at + 1 < to && text[at] == (byte) 0xc5 && text[at + 1] == (byte) 0xbf) {
      return 2; // U+017F folds to s
    }
    int next = at + 1 < to ? text[at + 1] | 0x20 : 0;
    return switch (text[at] | 0x20) {
      case 's', 't', 'm', 'd' -> 1;
      case 'r', 'v' -> next == 'e' ? 2 : 0;
      case 'l' -> next == 'l' ? 2 : 0;
      default -> 0;
    };
  }
}
