package org.sparklora.template.tree;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.sparklora.template.python.Types;

/**
 * What jinja2 works out when it reads a template, as its {@code as_const} does: literals, and
 * operators, look-ups, filters and tests of nothing else. A part that is never asked for may be
 * anything: {@code -2 or n} is constant.
 */
final class Folding {
  /** They take the context, which is not there yet. */
  private static final Set<String> OF_CONTEXT =
      Set.of("map", "random", "reject", "rejectattr", "select", "selectattr");

  private final Scope scope;

  /** Values of constants are found in {@code scope}, but need nothing of it. */
  Folding(Scope scope) {
    this.scope = scope;
  }

  boolean isConstant(Expression one) {
    if (one instanceof Operations.Or or) {
      return isConstant(or.left()) && (isTrue(or.left()) || isConstant(or.right()));
    }
    if (one instanceof Operations.And and) {
      return isConstant(and.left()) && (!isTrue(and.left()) || isConstant(and.right()));
    }
    if (one instanceof Operations.Conditional choice) {
      return isConstant(choice.condition())
          && isChosenConstant(isTrue(choice.condition()) ? choice.then() : choice.otherwise());
    }
    if (one instanceof Expressions.Filtered filtered) {
      return !OF_CONTEXT.contains(filtered.filter().name())
          && isConstant(filtered.input())
          && areConstant(filtered.filter().arguments());
    }
    if (one instanceof Expressions.Tested tested) {
      return isConstant(tested.input()) && areConstant(tested.arguments());
    }
    return one instanceof Expressions.Constant || (parts(one) != null && all(parts(one)));
  }

  private boolean isChosenConstant(Expression chosen) {
    return chosen != null && isConstant(chosen);
  }

  private boolean isTrue(Expression constant) {
    return Types.truth(constant.value(scope));
  }

  private boolean areConstant(ArgumentList arguments) {
    Stream<Expression> behindStars =
        Stream.of(arguments.more(), arguments.moreNamed()).filter(Objects::nonNull);
    return all(arguments.given())
        && all(List.copyOf(arguments.named().values()))
        && behindStars.allMatch(this::isConstant);
  }

  private boolean all(List<Expression> parts) {
    return parts.stream().allMatch(this::isConstant);
  }

  /** All of which have to be constant; null for what is looked up or called when it runs. */
  private static List<Expression> parts(Expression one) {
    if (one instanceof Operations.Not not) {
      return List.of(not.input());
    }
    if (one instanceof Operations.Signed signed) {
      return List.of(signed.input());
    }
    if (one instanceof Operations.Arithmetic sum) {
      return List.of(sum.left(), sum.right());
    }
    if (one instanceof Operations.Power power) {
      return List.of(power.left(), power.right());
    }
    if (one instanceof Operations.Concatenation texts) {
      return texts.parts();
    }
    if (one instanceof Operations.Compared compared) {
      return Stream.concat(Stream.of(compared.first()), compared.others().stream()).toList();
    }
    return partsOfValues(one);
  }

  private static List<Expression> partsOfValues(Expression one) {
    if (one instanceof Expressions.ListOf list) {
      return list.items();
    }
    if (one instanceof Expressions.TupleOf tuple) {
      return tuple.items();
    }
    if (one instanceof Expressions.MappingOf map) {
      return Stream.concat(map.keys().stream(), map.values().stream()).toList();
    }
    if (one instanceof Expressions.Attribute attribute) {
      return List.of(attribute.owner());
    }
    if (one instanceof Expressions.Element element) {
      return List.of(element.owner(), element.key());
    }
    if (one instanceof Expressions.SliceOf slice) {
      return Stream.of(slice.owner(), slice.start(), slice.stop(), slice.step())
          .filter(Objects::nonNull)
          .toList();
    }
    return null;
  }
}
