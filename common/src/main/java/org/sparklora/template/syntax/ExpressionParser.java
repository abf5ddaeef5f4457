package org.sparklora.template.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sparklora.template.tree.Expression;
import org.sparklora.template.tree.Expressions.TupleOf;
import org.sparklora.template.tree.Operations.And;
import org.sparklora.template.tree.Operations.Arithmetic;
import org.sparklora.template.tree.Operations.Compared;
import org.sparklora.template.tree.Operations.Concatenation;
import org.sparklora.template.tree.Operations.Conditional;
import org.sparklora.template.tree.Operations.Not;
import org.sparklora.template.tree.Operations.Or;
import org.sparklora.template.tree.Operations.Power;
import org.sparklora.template.tree.Operations.Signed;

/** Reads expressions, from the loosest operator to the tightest. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenStream tokens;
  private final Names names;
  private final PrimaryParser primaries;
  private final FilterParser filters;

  ExpressionParser(TokenStream tokens, Names names) {
    this.tokens = tokens;
    this.names = names;
    this.primaries = new PrimaryParser(tokens, names, this);
    this.filters = new FilterParser(tokens, names, primaries);
  }

  FilterParser filters() {
    return filters;
  }

  /** One expression, or several with commas between them as a tuple. */
  Expression tuple(boolean conditional, String endName) {
    return tuple(conditional, endName, false);
  }

  Expression tuple(boolean conditional, String endName, boolean mayBeEmpty) {
    List<Expression> items = new ArrayList<>();
    boolean commas = false;
    while (!endsTuple(endName)) {
      items.add(conditional ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      commas = true;
    }
    if (items.isEmpty() && !mayBeEmpty) {
      throw tokens.unexpected("an expression");
    }
    return commas || items.isEmpty() ? new TupleOf(items) : items.get(0);
  }

  private boolean endsTuple(String endName) {
    TokenType type = tokens.current().type();
    return type == TokenType.PRINT_END
        || type == TokenType.BLOCK_END
        || tokens.isOperator(")")
        || (endName != null && tokens.isName(endName));
  }

  /** With inline ifs; what stands in one may name a filter that does not exist. */
  Expression expression() {
    tokens.enter();
    int unknown = names.unknownCount();
    Expression value = or();
    while (tokens.skipName("if")) {
      names.forgive(unknown);
      boolean soft = names.soften(true);
      Expression condition = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      names.soften(soft);
      value = new Conditional(condition, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Or(left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new And(left, not());
    }
    return left;
  }

  private Expression not() {
    if (!tokens.isName("not")) {
      return compared();
    }
    tokens.enter();
    tokens.next();
    Expression input = not();
    tokens.leave();
    return new Not(input);
  }

  private Expression compared() {
    int line = tokens.current().line();
    Expression first = sum();
    List<String> operators = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    for (String operator = comparison(); operator != null; operator = comparison()) {
      operators.add(operator);
      others.add(sum());
    }
    return operators.isEmpty() ? first : new Compared(first, operators, others, line);
  }

  /** The operator at hand, left behind, or null. */
  private String comparison() {
    Token token = tokens.current();
    if (token.type() == TokenType.OPERATOR && COMPARISONS.contains(token.text())) {
      return tokens.next().text();
    }
    if (tokens.skipName("in")) {
      return "in";
    }
    if (token.isName("not") && tokens.following().isName("in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private Expression sum() {
    Expression left = concatenation();
    while (tokens.isOperator("+") || tokens.isOperator("-")) {
      Token operator = tokens.next();
      left = new Arithmetic(operator.text(), left, concatenation(), operator.line());
    }
    return left;
  }

  private Expression concatenation() {
    Expression first = product();
    if (!tokens.isOperator("~")) {
      return first;
    }
    List<Expression> parts = new ArrayList<>(List.of(first));
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return new Concatenation(parts);
  }

  private Expression product() {
    Expression left = power();
    while (isProduct(tokens.current())) {
      Token operator = tokens.next();
      left = new Arithmetic(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  private static boolean isProduct(Token token) {
    return token.isOperator("*")
        || token.isOperator("/")
        || token.isOperator("//")
        || token.isOperator("%");
  }

  private Expression power() {
    Expression left = unary(true);
    while (tokens.isOperator("**")) {
      int line = tokens.next().line();
      left = new Power(left, unary(true), line);
    }
    return left;
  }

  private Expression unary(boolean filtered) {
    tokens.enter();
    Expression node;
    if (tokens.isOperator("-") || tokens.isOperator("+")) {
      Token sign = tokens.next();
      node = new Signed(sign.text().equals("-"), unary(false), sign.line());
    } else {
      node = primaries.primary();
    }
    node = primaries.postfix(node);
    tokens.leave();
    return filtered ? filters.all(node) : node;
  }
}
