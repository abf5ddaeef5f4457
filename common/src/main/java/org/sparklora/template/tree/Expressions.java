package org.sparklora.template.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.template.builtin.Test;
import org.sparklora.template.builtin.Tests;
import org.sparklora.template.python.Attributes;
import org.sparklora.template.python.Budget;
import org.sparklora.template.python.Keys;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Types;

/** Values, and what is looked up in them or called; the operators are {@link Operations}. */
public final class Expressions {
  private Expressions() {}

  /** A literal. */
  public record Constant(Object constant) implements Expression {
    @Override
    public Object value(Scope scope) {
      return constant;
    }
  }

  /** A name that is looked up. */
  public record Name(String name) implements Expression {
    @Override
    public Object value(Scope scope) {
      return scope.value(name);
    }
  }

  public record ListOf(List<Expression> items) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.rendering().budget().charge(4L * items.size());
      return valuesOf(items, scope);
    }
  }

  public record TupleOf(List<Expression> items) implements Expression {
    @Override
    public Object value(Scope scope) {
      return new Tuple(valuesOf(items, scope));
    }
  }

  static List<Object> valuesOf(List<Expression> items, Scope scope) {
    List<Object> values = new ArrayList<>(items.size());
    for (Expression item : items) {
      values.add(item.value(scope));
    }
    return values;
  }

  public record MappingOf(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object value(Scope scope) {
      scope.rendering().budget().charge(8L * keys.size());
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        map.put(Keys.ofNew(keys.get(i).value(scope)), values.get(i).value(scope));
      }
      return map;
    }
  }

  public record Attribute(Expression owner, String name, int line) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object of = owner.value(scope);
      scope.rendering().at(line);
      return Attributes.attribute(of, name);
    }
  }

  public record Element(Expression owner, Expression key, int line) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object of = owner.value(scope);
      Object at = key.value(scope);
      scope.rendering().at(line);
      return Attributes.element(of, at);
    }
  }

  /** Parts that are not written are null. */
  public record SliceOf(
      Expression owner, Expression start, Expression stop, Expression step, int line)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      Object of = owner.value(scope);
      Object from = start == null ? null : start.value(scope);
      Object to = stop == null ? null : stop.value(scope);
      Object by = step == null ? null : step.value(scope);
      scope.rendering().at(line);
      scope.rendering().budget().charge(Types.isText(of) ? of.toString().length() : 0);
      return Attributes.slice(of, from, to, by);
    }
  }

  public record Call(Expression callee, ArgumentList arguments, int line) implements Expression {
    @Override
    public Object value(Scope scope) {
      Object called = callee.value(scope);
      Budget budget = scope.rendering().budget();
      var given = arguments.values(scope);
      scope.rendering().at(line);
      return Attributes.call(called, given, budget);
    }
  }

  public record MethodCall(Expression owner, String name, ArgumentList arguments, int line)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      Object of = owner.value(scope);
      var given = arguments.values(scope);
      scope.rendering().at(line);
      return Attributes.callMethod(of, name, given, scope.rendering().budget());
    }
  }

  public record Filtered(Expression input, Statements.FilterStep filter) implements Expression {
    @Override
    public Object value(Scope scope) {
      return filter.apply(input.value(scope), scope);
    }
  }

  /**
   * {@code value is test}.
   *
   * @param test null if there is none of that name: refused when it runs
   */
  public record Tested(Expression input, String name, Test test, ArgumentList arguments, int line)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      Object value = input.value(scope);
      var given = arguments.values(scope);
      scope.rendering().at(line);
      if (test == null) {
        throw Tests.unknown(name);
      }
      return test.holds(value, given);
    }
  }
}
