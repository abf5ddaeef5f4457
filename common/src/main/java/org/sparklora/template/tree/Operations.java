package org.sparklora.template.tree;

import java.util.List;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Comparison;
import org.sparklora.template.python.Operators;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Types;
import org.sparklora.template.python.Undefined;

/** Expressions made of operators. */
public final class Operations {
  private Operations() {}

  public record Not(Expression input) implements Expression {
    @Override
    public Object value(Scope scope) {
      return !Types.truth(input.value(scope));
    }
  }

  public record And(Expression left, Expression right) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object first = left.value(scope);
      return Types.truth(first) ? right.value(scope) : first;
    }
  }

  public record Or(Expression left, Expression right) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object first = left.value(scope);
      return Types.truth(first) ? first : right.value(scope);
    }
  }

  /** {@code then if condition else otherwise}; {@code otherwise} may be null. */
  public record Conditional(Expression condition, Expression then, Expression otherwise)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      if (Types.truth(condition.value(scope))) {
        return then.value(scope);
      }
      return otherwise != null
          ? otherwise.value(scope)
          : Undefined.because("the inline if was false and has no else");
    }
  }

  /** {@code ~}: any values as one text. */
  public record Concatenation(List<Expression> parts) implements Expression {
    @Override
    public Object value(Scope scope) {
      StringBuilder out = new StringBuilder();
      for (Expression part : parts) {
        out.append(scope.rendering().budget().charged(Printing.str(part.value(scope))));
      }
      return out.toString();
    }
  }

  public record Arithmetic(String operator, Expression left, Expression right, int line)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      Object a = left.value(scope);
      Object b = right.value(scope);
      scope.rendering().at(line);
      return Operators.apply(operator, a, b, scope.rendering().budget());
    }
  }

  /**
   * {@code **}. jinja2 works a constant out and writes it into Python's text, where {@code **}
   * binds tighter than the minus of {@code -2}: {@code (1 - 3) ** n} is −(2 ** n) there, and {@code
   * (-2) ** 2}, which is constant as a whole, is 4.
   */
  public record Power(Expression left, Expression right, int line) implements Expression {
    private static final String OPERATOR = "**";

    @Override
    public Object value(Scope scope) {
      Object a = left.value(scope);
      Object b = right.value(scope);
      scope.rendering().at(line);
      Budget budget = scope.rendering().budget();
      return Operators.isWrittenWithMinus(a) && isWorkedOutAlone(scope)
          ? Operators.negative(Operators.apply(OPERATOR, Operators.negative(a), b, budget))
          : Operators.apply(OPERATOR, a, b, budget);
    }

    private boolean isWorkedOutAlone(Scope scope) {
      Folding folding = new Folding(scope);
      return folding.isConstant(left) && !folding.isConstant(right);
    }
  }

  public record Signed(boolean negative, Expression input, int line) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object value = input.value(scope);
      scope.rendering().at(line);
      return negative ? Operators.negative(value) : Operators.positive(value);
    }
  }

  /** {@code a < b == c}: each operator between its neighbours. */
  public record Compared(
      Expression first, List<String> operators, List<Expression> others, int line)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      Object left = first.value(scope);
      for (int i = 0; i < operators.size(); i++) {
        Object right = others.get(i).value(scope);
        scope.rendering().at(line);
        if (!holds(operators.get(i), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    }

    private static boolean holds(String operator, Object a, Object b) {
      return switch (operator) {
        case "==" -> Comparison.equal(a, b);
        case "!=" -> !Comparison.equal(a, b);
        case "<" -> Comparison.order(a, b) < 0;
        case "<=" -> Comparison.order(a, b) <= 0;
        case ">" -> Comparison.order(a, b) > 0;
        case ">=" -> Comparison.order(a, b) >= 0;
        case "in" -> Comparison.contains(b, a);
        default -> !Comparison.contains(b, a);
      };
    }
  }
}
