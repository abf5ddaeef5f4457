package org.sparklora.template.syntax;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sparklora.template.python.RefusalKind;

/** Cuts the inside of one tag into tokens. */
final class CodeLexer {
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*");
  private static final Pattern NAME = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern STRING =
      Pattern.compile("'(?:[^'\\\\]++|\\\\.)*+'|\"(?:[^\"\\\\]++|\\\\.)*+\"", Pattern.DOTALL);
  private static final Pattern OPERATOR =
      Pattern.compile("\\*\\*|//|==|!=|>=|<=|[-+/*%~\\[\\](){}><=.:|,;]");

  private final String source;
  private final LineCounter lines;
  private final List<Token> tokens;
  private final Deque<String> open = new ArrayDeque<>();

  CodeLexer(String source, LineCounter lines, List<Token> tokens) {
    this.source = source;
    this.lines = lines;
    this.tokens = tokens;
  }

  /** Whether every bracket is closed: only then a tag may end. */
  boolean isBalanced() {
    return open.isEmpty();
  }

  /** Adds the token at {@code place}; its end. */
  int read(int place) {
    int line = lines.line(place);
    if (place >= source.length()) {
      throw SyntaxFault.at(line, "the end of a tag is missing");
    }
    boolean behindDot = place > 0 && source.charAt(place - 1) == '.';
    Matcher found;
    if (!behindDot && (found = match(FLOAT, place)) != null) {
      tokens.add(number(found.group(), Double.valueOf(found.group().replace("_", "")), line));
    } else if ((found = match(INTEGER, place)) != null) {
      tokens.add(number(found.group(), whole(found.group(), line), line));
    } else if ((found = match(NAME, place)) != null) {
      tokens.add(new Token(TokenType.NAME, name(found.group(), line), null, line));
    } else if ((found = match(STRING, place)) != null) {
      String quoted = found.group();
      String text = Escapes.resolved(quoted.substring(1, quoted.length() - 1), line);
      tokens.add(new Token(TokenType.STRING, text, text, line));
    } else if ((found = match(OPERATOR, place)) != null) {
      balance(found.group(), line);
      tokens.add(new Token(TokenType.OPERATOR, found.group().intern(), null, line));
    } else {
      throw SyntaxFault.at(
          line,
          "unexpected character '%s'".formatted(Character.toString(source.codePointAt(place))));
    }
    return found.end();
  }

  private Matcher match(Pattern pattern, int place) {
    Matcher matcher = pattern.matcher(source).region(place, source.length());
    return matcher.lookingAt() ? matcher : null;
  }

  private static Token number(String text, Object constant, int line) {
    return new Token(TokenType.NUMBER, text, constant, line);
  }

  private static Long whole(String text, int line) {
    String digits = text.replace("_", "");
    int radix =
        digits.length() < 2
            ? 10
            : switch (Character.toLowerCase(digits.charAt(1))) {
              case 'b' -> 2;
              case 'o' -> 8;
              case 'x' -> 16;
              default -> 10;
            };
    try {
      return Long.valueOf(radix == 10 ? digits : digits.substring(2), radix);
    } catch (NumberFormatException e) {
      throw new SyntaxFault(RefusalKind.LIMIT, line, "a whole number beyond 64 bits");
    }
  }

  private static String name(String text, int line) {
    if (!Character.isUnicodeIdentifierStart(text.codePointAt(0)) && text.charAt(0) != '_') {
      throw SyntaxFault.at(line, "invalid character in the name '%s'".formatted(text));
    }
    return text.intern();
  }

  private void balance(String operator, int line) {
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        if (open.isEmpty() || !open.pop().equals(operator)) {
          throw SyntaxFault.at(line, "unexpected '%s'".formatted(operator));
        }
      }
      default -> {}
    }
  }
}
