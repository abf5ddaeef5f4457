package org.sparklora.template.syntax;

import java.util.List;
import java.util.Map;
import org.sparklora.template.builtin.Filters;
import org.sparklora.template.builtin.Tests;
import org.sparklora.template.python.RefusalKind;
import org.sparklora.template.tree.ArgumentList;
import org.sparklora.template.tree.Expression;
import org.sparklora.template.tree.Expressions.Filtered;
import org.sparklora.template.tree.Expressions.Tested;
import org.sparklora.template.tree.Operations.Not;
import org.sparklora.template.tree.Statements.FilterStep;

/** Reads {@code | filter} and {@code is test}. */
final class FilterParser {
  private final TokenStream tokens;
  private final Names names;
  private final PrimaryParser primaries;

  FilterParser(TokenStream tokens, Names names, PrimaryParser primaries) {
    this.tokens = tokens;
    this.names = names;
    this.primaries = primaries;
  }

  /** Filters, tests and calls behind {@code first}. */
  Expression all(Expression first) {
    Expression node = first;
    while (true) {
      if (tokens.skipOperator("|")) {
        node = filter(node);
      } else if (tokens.isName("is")) {
        node = test(node);
      } else if (tokens.isOperator("(")) {
        node = primaries.call(node);
      } else {
        return node;
      }
    }
  }

  /** A filter whose input stands elsewhere; the bar before it is left behind. */
  FilterStep step() {
    int line = tokens.current().line();
    String name = dottedName("a filter");
    names.check(Filters.named(name) != null, RefusalKind.UNKNOWN_FILTER, "filter", name, line);
    return new FilterStep(name, Filters.named(name), optionalArguments(), line);
  }

  private Expression filter(Expression input) {
    return new Filtered(input, step());
  }

  private ArgumentList optionalArguments() {
    return tokens.isOperator("(") ? primaries.arguments() : ArgumentList.NONE;
  }

  private String dottedName(String what) {
    StringBuilder name = new StringBuilder(tokens.expect(TokenType.NAME, what).text());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expect(TokenType.NAME, what).text());
    }
    return name.toString();
  }

  private Expression test(Expression input) {
    int line = tokens.next().line();
    boolean negated = tokens.skipName("not");
    String name = dottedName("a test");
    names.check(Tests.named(name) != null, RefusalKind.UNKNOWN_TEST, "test", name, line);
    Expression test = new Tested(input, name, Tests.named(name), testArguments(), line);
    return negated ? new Not(test) : test;
  }

  /** In brackets, or one primary right behind the name. */
  private ArgumentList testArguments() {
    if (!startsTestArgument()) {
      return optionalArguments();
    }
    if (tokens.isName("is")) {
      throw tokens.unexpected("no second test");
    }
    Expression argument = primaries.postfix(primaries.primary());
    return new ArgumentList(List.of(argument), Map.of(), null, null);
  }

  private boolean startsTestArgument() {
    return switch (tokens.current().type()) {
      case STRING, NUMBER -> true;
      case NAME -> !tokens.isName("else") && !tokens.isName("or") && !tokens.isName("and");
      default -> tokens.isOperator("[") || tokens.isOperator("{");
    };
  }
}
