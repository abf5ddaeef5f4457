package org.sparklora.template.syntax;

import org.sparklora.template.python.RefusalKind;

/** Escapes in string literals, as Python's {@code unicode-escape} reads them. */
final class Escapes {
  private static final String LETTERS = "abfnrtv\\'\"";
  private static final String MEANT = "\u0007\b\f\n\r\t\u000b\\'\"";

  private final String literal;
  private final int line;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private Escapes(String literal, int line) {
    this.literal = literal;
    this.line = line;
  }

  static String resolved(String literal, int line) {
    return literal.indexOf('\\') < 0 ? literal : new Escapes(literal, line).all();
  }

  private String all() {
    while (at < literal.length()) {
      char c = literal.charAt(at++);
      if (c == '\\') {
        escape(literal.codePointAt(at));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void escape(int letter) {
    at += Character.charCount(letter);
    int known = LETTERS.indexOf(letter);
    if (known >= 0) {
      out.append(MEANT.charAt(known));
    } else if (letter >= '0' && letter <= '7') {
      octal();
    } else {
      switch (letter) {
        case '\n' -> {} // the line goes on
        case 'x' -> hex(2);
        case 'u' -> hex(4);
        case 'U' -> hex(8);
        case 'N' ->
            throw new SyntaxFault(
                RefusalKind.UNSUPPORTED, line, "characters by their name (\\N) in a string");
        default -> unknown(letter);
      }
    }
  }

  private void octal() {
    int end = at;
    while (end < literal.length()
        && end < at + 2
        && literal.charAt(end) >= '0'
        && literal.charAt(end) <= '7') {
      end++;
    }
    out.appendCodePoint(Integer.parseInt(literal.substring(at - 1, end), 8));
    at = end;
  }

  private void hex(int digits) {
    String number = literal.substring(at, Math.min(literal.length(), at + digits));
    if (number.length() < digits || !number.matches("[0-9a-fA-F]+")) {
      throw SyntaxFault.at(line, "a truncated escape in a string");
    }
    long point = Long.parseLong(number, 16);
    if (point > Character.MAX_CODE_POINT) {
      throw SyntaxFault.at(line, "an illegal character in a string");
    }
    out.appendCodePoint((int) point);
    at += digits;
  }

  /** The backslash stays; Python escapes what is not ASCII before it looks at backslashes. */
  private void unknown(int letter) {
    out.append('\\');
    if (letter < 0x80) {
      out.append((char) letter);
    } else {
      String form = letter < 0x100 ? "x%02x" : letter < 0x10000 ? "u%04x" : "U%08x";
      out.append(form.formatted(letter));
    }
  }
}
