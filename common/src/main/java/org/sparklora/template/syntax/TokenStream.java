package org.sparklora.template.syntax;

import java.util.List;
import org.sparklora.template.python.RefusalKind;

/** Tokens in order, with the depth of what is being read. */
final class TokenStream {
  /** Python's own parser stops at 200 brackets. */
  private static final int DEEPEST = 200;

  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  /** The current token, which is then left behind. */
  Token next() {
    Token token = current();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean isOperator(String operator) {
    return current().isOperator(operator);
  }

  boolean isName(String name) {
    return current().isName(name);
  }

  boolean skipOperator(String operator) {
    boolean here = isOperator(operator);
    at += here ? 1 : 0;
    return here;
  }

  boolean skipName(String name) {
    boolean here = isName(name);
    at += here ? 1 : 0;
    return here;
  }

  Token expect(TokenType type, String what) {
    if (current().type() != type) {
      throw unexpected(what);
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  SyntaxFault unexpected(String expected) {
    return SyntaxFault.at(
        current().line(), "unexpected %s (expected %s)".formatted(current().shown(), expected));
  }

  void enter() {
    if (++depth > DEEPEST) {
      throw new SyntaxFault(
          RefusalKind.LIMIT,
          current().line(),
          "more than %d expressions and blocks inside each other".formatted(DEEPEST));
    }
  }

  void leave() {
    depth--;
  }
}
