package org.sparklora.template.syntax;

import org.sparklora.template.python.RefusalKind;

/** A template that cannot be read, and the line where. */
public final class SyntaxFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RefusalKind kind;
  private final int line;

  SyntaxFault(RefusalKind kind, int line, String message) {
    super(message, null, false, false);
    this.kind = kind;
    this.line = line;
  }

  static SyntaxFault at(int line, String message) {
    return new SyntaxFault(RefusalKind.SYNTAX, line, message);
  }

  public RefusalKind kind() {
    return kind;
  }

  public int line() {
    return line;
  }
}
