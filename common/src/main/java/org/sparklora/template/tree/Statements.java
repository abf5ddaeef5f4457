package org.sparklora.template.tree;

import java.util.List;
import org.sparklora.template.builtin.Filter;
import org.sparklora.template.builtin.Filters;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Types;

/** The kinds of statements, but for loops and macros. */
public final class Statements {
  private Statements() {}

  /** Text between the tags. */
  public record Text(String text) implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().write(text);
      return Next.ON;
    }
  }

  /** {@code {{ expression }}}. */
  public record Print(Expression printed, int line) implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().at(line);
      scope.rendering().write(Printing.str(printed.value(scope)));
      return Next.ON;
    }
  }

  /** Conditions with their bodies, in order; the last condition is null for {@code else}. */
  public record If(List<Expression> conditions, List<List<Statement>> bodies, int line)
      implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().at(line);
      for (int i = 0; i < conditions.size(); i++) {
        Expression condition = conditions.get(i);
        if (condition == null || Types.truth(condition.value(scope))) {
          return Statement.runAll(bodies.get(i), scope);
        }
      }
      return Next.ON;
    }
  }

  public record Assign(Target target, Expression expression, int line) implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().at(line);
      target.assign(expression.value(scope), scope);
      return Next.ON;
    }
  }

  /** {@code {% set name | filters %}…{% endset %}}. */
  public record AssignBlock(Target target, List<FilterStep> filters, List<Statement> body, int line)
      implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().at(line);
      target.assign(filtered(body, filters, scope), scope);
      return Next.ON;
    }
  }

  /** {@code {% filter name %}…{% endfilter %}}. */
  public record FilterBlock(List<FilterStep> filters, List<Statement> body, int line)
      implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().at(line);
      scope.rendering().write(Printing.str(filtered(body, filters, scope)));
      return Next.ON;
    }
  }

  /**
   * One filter without an input.
   *
   * @param filter null if there is none of that name: refused when it runs
   */
  public record FilterStep(String name, Filter filter, ArgumentList arguments, int line) {
    Object apply(Object value, Scope scope) {
      var given = arguments.values(scope);
      scope.rendering().at(line);
      if (filter == null) {
        throw Filters.unknown(name);
      }
      return filter.apply(value, given, scope.rendering().budget());
    }
  }

  private static Object filtered(List<Statement> body, List<FilterStep> filters, Scope scope) {
    Scope inner = scope.inner();
    Object value = scope.rendering().captured(() -> Statement.runAll(body, inner));
    for (FilterStep filter : filters) {
      value = filter.apply(value, inner);
    }
    return value;
  }

  /** {@code {% with a = 1 %}}: values are found outside, names hold inside. */
  public record With(List<Target> targets, List<Expression> values, List<Statement> body, int line)
      implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().at(line);
      List<Object> found = Expressions.valuesOf(values, scope);
      Scope inner = scope.inner();
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).assign(found.get(i), inner);
      }
      return Statement.runAll(body, inner);
    }
  }

  /** {@code {% generation %}}: what the model is to have written. */
  public record Generation(List<Statement> body, int line) implements Statement {
    @Override
    public Next run(Scope scope) {
      scope.rendering().at(line);
      Scope inner = scope.inner();
      String generated = scope.rendering().captured(() -> Statement.runAll(body, inner));
      scope.rendering().writeGeneration(generated);
      return Next.ON;
    }
  }

  /** {@code {% break %}} and {@code {% continue %}}. */
  public record Leave(Next next) implements Statement {
    @Override
    public Next run(Scope scope) {
      return next;
    }
  }
}
