package org.sparklora.template.syntax;

/**
 * A piece of a template.
 *
 * @param text of a name, an operator or a string without its quotes; the number in digits
 */
record Token(TokenType type, String text, Object constant, int line) {
  static Token mark(TokenType type, int line) {
    return new Token(type, "", null, line);
  }

  boolean isName(String name) {
    return type == TokenType.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return type == TokenType.OPERATOR && text.equals(operator);
  }

  /** For messages. */
  String shown() {
    return switch (type) {
      case END -> "the end of the template";
      case DATA -> "text";
      case PRINT_BEGIN -> "{{";
      case PRINT_END -> "}}";
      case BLOCK_BEGIN -> "{%";
      case BLOCK_END -> "%}";
      case STRING -> "a string";
      default -> "'" + text + "'";
    };
  }
}
