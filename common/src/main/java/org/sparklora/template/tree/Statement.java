package org.sparklora.template.tree;

import java.util.List;

/** A part of a template that writes, sets or decides something. */
public sealed interface Statement
    permits Statements.Text,
        Statements.Print,
        Statements.If,
        Statements.Assign,
        Statements.AssignBlock,
        Statements.FilterBlock,
        Statements.With,
        Statements.Generation,
        Statements.Leave,
        For,
        Macro,
        Macro.CallBlock {
  /** How the run goes on behind a statement. */
  enum Next {
    ON,
    BREAK,
    CONTINUE
  }

  Next run(Scope scope);

  /** Runs statements until one of them leaves the loop's round. */
  static Next runAll(List<Statement> body, Scope scope) {
    for (int i = 0; i < body.size(); i++) {
      Next next = body.get(i).run(scope);
      if (next != Next.ON) {
        return next;
      }
    }
    return Next.ON;
  }
}
