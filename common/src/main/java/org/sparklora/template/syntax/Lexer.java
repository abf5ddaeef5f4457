package org.sparklora.template.syntax;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.template.python.Blanks;

/**
 * Cuts a template into tokens, with the blanks that jinja2 drops when {@code trim_blocks} and
 * {@code lstrip_blocks} are on.
 */
final class Lexer {
  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final LineCounter lines;
  private int at;

  /** Whether what was read last ended with a newline, as jinja2 remembers it. */
  private boolean lineStarts = true;

  private Lexer(String source) {
    this.source = source;
    this.lines = new LineCounter(source);
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer =
        new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
    lexer.readAll();
    return lexer.tokens;
  }

  private void readAll() {
    while (at < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        addData(source.substring(at), at);
        break;
      }
      readTag(tag);
    }
    tokens.add(Token.mark(TokenType.END, lines.line(source.length())));
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  private void readTag(int tag) {
    char kind = source.charAt(tag + 1);
    char sign = signAt(tag + 2);
    addData(textBefore(tag, kind, sign), at);
    int inside = tag + (sign == ' ' ? 2 : 3);
    int raw = kind == '%' ? rawBody(inside) : -1;
    if (raw >= 0) {
      readRaw(raw, tag);
    } else if (kind == '#') {
      readComment(inside, tag);
    } else {
      readCode(inside, tag, kind == '%');
    }
  }

  /** {@code -} or {@code +} at {@code place}, or a blank. */
  private char signAt(int place) {
    char c = place < source.length() ? source.charAt(place) : ' ';
    return c == '-' || c == '+' ? c : ' ';
  }

  private String textBefore(int tag, char kind, char sign) {
    String text = source.substring(at, tag);
    if (sign == '-') {
      return Blanks.strip(text, null, false, true);
    }
    if (sign == '+' || kind == '{') {
      return text;
    }
    return withoutIndentation(text);
  }

  private String withoutIndentation(String text) {
    int line = text.lastIndexOf('\n') + 1;
    boolean onlyBlanks = Blanks.strip(text.substring(line)).isEmpty();
    return onlyBlanks && (line > 0 || lineStarts) ? text.substring(0, line) : text;
  }

  private void addData(String text, int from) {
    if (!text.isEmpty()) {
      tokens.add(new Token(TokenType.DATA, text, null, lines.line(from)));
    }
  }

  /** Where the body of {@code {% raw %}} begins, or −1 if this is another tag. */
  private int rawBody(int inside) {
    int name = skipBlanks(inside);
    if (!source.startsWith("raw", name)) {
      return -1;
    }
    int end = skipBlanks(name + 3);
    if (source.startsWith("%}", end)) {
      return end + 2;
    }
    return source.startsWith("-%}", end) ? skipBlanks(end + 3) : -1;
  }

  private void readRaw(int body, int tag) {
    for (int i = source.indexOf("{%", body); i >= 0; i = source.indexOf("{%", i + 1)) {
      char sign = signAt(i + 2);
      int name = skipBlanks(i + (sign == ' ' ? 2 : 3));
      int end = source.startsWith("endraw", name) ? skipBlanks(name + 6) : -1;
      if (end >= 0 && endOfTag(end, "%}", true) >= 0) {
        at = body;
        lineStarts = source.charAt(body - 1) == '\n';
        addData(textBefore(i, '%', sign), body);
        moveTo(endOfTag(end, "%}", true));
        return;
      }
    }
    throw SyntaxFault.at(lines.line(tag), "the end of a raw block is missing");
  }

  private void readComment(int inside, int tag) {
    int end = source.indexOf("#}", inside);
    if (end < 0) {
      throw SyntaxFault.at(lines.line(tag), "the end of a comment is missing");
    }
    char before = end > inside ? source.charAt(end - 1) : ' ';
    boolean signed = before == '-' || before == '+';
    moveTo(endOfTag(signed ? end - 1 : end, "#}", true));
  }

  private void moveTo(int place) {
    at = place;
    lineStarts = place > 0 && source.charAt(place - 1) == '\n';
  }

  /**
   * Where the text behind the end of a tag goes on, or −1 if no end is here.
   *
   * @param trims whether the first newline behind it is dropped
   */
  private int endOfTag(int place, String end, boolean trims) {
    if (source.startsWith("-" + end, place)) {
      return skipBlanks(place + 3);
    }
    if (trims && source.startsWith("+" + end, place)) {
      return place + 3;
    }
    if (!source.startsWith(end, place)) {
      return -1;
    }
    return place + 2 + (trims && source.startsWith("\n", place + 2) ? 1 : 0);
  }

  private int skipBlanks(int from) {
    int i = from;
    while (i < source.length() && Blanks.isBlank(source.charAt(i))) {
      i++;
    }
    return i;
  }

  private void readCode(int inside, int tag, boolean block) {
    String end = block ? "%}" : "}}";
    tokens.add(Token.mark(block ? TokenType.BLOCK_BEGIN : TokenType.PRINT_BEGIN, lines.line(tag)));
    CodeLexer code = new CodeLexer(source, lines, tokens);
    int i = skipBlanks(inside);
    while (!code.isBalanced() || endOfTag(i, end, block) < 0) {
      i = skipBlanks(code.read(i));
    }
    tokens.add(Token.mark(block ? TokenType.BLOCK_END : TokenType.PRINT_END, lines.line(i)));
    moveTo(endOfTag(i, end, block));
  }
}
