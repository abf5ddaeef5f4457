package org.sparklora.template.syntax;

/** Kinds of tokens. */
enum TokenType {
  DATA,
  PRINT_BEGIN,
  PRINT_END,
  BLOCK_BEGIN,
  BLOCK_END,
  NAME,
  STRING,
  NUMBER,
  OPERATOR,
  END
}
