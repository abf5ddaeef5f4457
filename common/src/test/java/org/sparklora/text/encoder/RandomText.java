package org.sparklora.text.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Strings of many kinds that tokenizers treat differently, the same ones for the same seed. {@code
 * -Dfuzz.strings=N} asks for N of them instead of the few of a quick test.
 */
public final class RandomText {
  private static final String[] WORDS = {
    "the",
    "token",
    "Model",
    "learning",
    "don't",
    "IT'S",
    "we'Re",
    "I'LL",
    "they'd",
    "'\u017ft",
    "na\u00efve",
    "\u041f\u0440\u0438\u0432\u0435\u0442",
    "\u0645\u0631\u062d\u0628\u0627",
    "x",
    "supercalifragilisticexpialidocious",
    "A",
    "<0x0A>",
    "\u2581",
    "http://a.org/?b=c",
    "\u1e9b\u0323",
    "\u212b",
    "\ufb01",
    "\uff21\uff22\uff23",
    "\u2460",
    "\u337f",
    "\u0e01\u0e33",
    "\u0915\u094d\u0937\u093f",
    "\ud55c\uad6d\uc5b4",
    "\u3042\u3044\u3046",
    "\uff76\uff9e"
  };
  private static final String[] BLANKS = {
    " ", "  ", "\n", "\r\n", "\r", "\t", "\u00a0", "\u3000", "\u2003", "\u0085", "\u2028", "\u2029",
    "\u200b", "\u000b", "\f", "\u1680", "\u202f", "\ufeff"
  };
  private static final String[] EMOJI = {
    "\ud83d\ude00", "\ud83d\udc4d\ud83c\udffd", "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
    "\ud83c\udde8\ud83c\uddf3", "\u2764\ufe0f", "\ud842\udf0e"
  };
  private static final String[] SIGNS = {
    ".",
    ",",
    "!",
    "?!",
    "...",
    "\u3002",
    "\uff0c",
    "\u300a\u300b",
    "'",
    "\"",
    "-",
    "_",
    "=>",
    "}\n",
    ");\r\n",
    "$",
    "\u20ac",
    "\u00ab"
  };

  private final Random random;
  private final List<String> special;

  /** {@code special}: tokens of the model at hand. */
  public RandomText(long seed, List<String> special) {
    this.random = new Random(seed);
    this.special = special;
  }

  /** {@code quick} strings, or as many as the property says. */
  public static List<String> strings(long seed, int quick, List<String> special) {
    RandomText random = new RandomText(seed, special);
    List<String> strings = new ArrayList<>();
    for (int n = Integer.getInteger("fuzz.strings", quick); n > 0; n--) {
      strings.add(random.next());
    }
    return strings;
  }

  public String next() {
    StringBuilder text = new StringBuilder();
    for (int parts = random.nextInt(10); parts >= 0; parts--) {
      part(text);
    }
    return text.toString();
  }

  /** The characters as escapes, to say which string went wrong. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(c -> escaped.append(c > 0x1f && c < 0x7f ? (char) c : "\\u%04x".formatted(c)));
    return escaped.toString();
  }

  private void part(StringBuilder text) {
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> text.append(one(WORDS));
      case 3, 4 -> letters(text);
      case 5, 6 -> range(text, 0x4e00, 0x4e00 + 300, 12);
      case 7 -> range(text, 0x4e00, 0x9fff, 4);
      case 8, 9 -> repeat(text, one(BLANKS), 4);
      case 10 -> repeat(text, " ", 20);
      case 11 -> text.append(one(EMOJI));
      case 12 -> text.append(one(SIGNS));
      case 13 -> range(text, '0', '9' + 1, 8);
      case 14 -> range(text, 0x300, 0x36f, 3);
      case 15 -> range(text, 0x1100, 0x1200, 3);
      case 16 -> range(text, 0, 0x20, 2);
      case 17 -> anything(text);
      case 18 ->
          text.append(special.isEmpty() ? "<s>" : special.get(random.nextInt(special.size())));
      default -> rare(text);
    }
  }

  private void rare(StringBuilder text) {
    switch (random.nextInt(6)) {
      case 0 -> repeat(text, one(WORDS), 30);
      case 1 -> repeat(text, Character.toString(0x4e00 + random.nextInt(3)), 90);
      case 2 -> text.append((char) (0xd800 + random.nextInt(0x800)));
      case 3 -> range(text, 0x80, 0x600, 6);
      case 4 -> repeat(text, one(BLANKS), 80);
      default -> text.append(one(WORDS)).append(one(SIGNS)).append(one(BLANKS));
    }
  }

  /** Characters of any plane that is not empty, half surrogate pairs left out. */
  private void anything(StringBuilder text) {
    for (int n = random.nextInt(3); n >= 0; n--) {
      int c = random.nextInt(random.nextBoolean() ? 0x3000 : 0x32000);
      text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? 'a' : c);
    }
  }

  private void letters(StringBuilder text) {
    text.append(random.nextBoolean() ? " " : "");
    range(text, 'a', 'z' + 1, 9);
  }

  private void range(StringBuilder text, int from, int to, int max) {
    for (int n = random.nextInt(max); n >= 0; n--) {
      text.appendCodePoint(from + random.nextInt(to - from));
    }
  }

  private void repeat(StringBuilder text, String what, int max) {
    text.append(what.repeat(1 + random.nextInt(max)));
  }

  private String one(String[] of) {
    return of[random.nextInt(of.length)];
  }
}
