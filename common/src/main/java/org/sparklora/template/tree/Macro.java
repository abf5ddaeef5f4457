package org.sparklora.template.tree;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.template.python.Arguments;
import org.sparklora.template.python.Attributes;
import org.sparklora.template.python.Callable;
import org.sparklora.template.python.Printing;
import org.sparklora.template.python.Refusal;
import org.sparklora.template.python.Tuple;
import org.sparklora.template.python.Undefined;

/**
 * {@code {% macro name(parameters) %}}, or the body of a {@code {% call %}}.
 *
 * @param defaults by parameter; a parameter without one is undefined when it is not given
 * @param extras which of {@code varargs}, {@code kwargs} and {@code caller} the body says
 */
public record Macro(
    String name,
    List<String> parameters,
    Map<String, Expression> defaults,
    List<String> extras,
    List<Statement> body,
    int line)
    implements Statement {
  @Override
  public Next run(Scope scope) {
    scope.rendering().at(line);
    scope.set(name, in(scope));
    return Next.ON;
  }

  Callable in(Scope scope) {
    return (arguments, budget) -> called(arguments, scope);
  }

  private Object called(Arguments arguments, Scope definedIn) {
    Scope scope = definedIn.inner();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    List<Object> given = arguments.given();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      if (i < given.size()) {
        scope.set(parameter, given.get(i));
      } else if (named.containsKey(parameter)) {
        scope.set(parameter, named.remove(parameter));
      } else {
        missing.add(parameter);
      }
    }
    setExtras(given, named, scope);
    missing.forEach(parameter -> scope.set(parameter, byDefault(parameter, scope)));
    return scope.rendering().captured(() -> Statement.runAll(body, scope));
  }

  private Object byDefault(String parameter, Scope scope) {
    Expression value = defaults.get(parameter);
    return value != null
        ? value.value(scope)
        : Undefined.because("parameter '%s' was not provided".formatted(parameter));
  }

  private void setExtras(List<Object> given, Map<String, Object> named, Scope scope) {
    if (extras.contains("caller") && !parameters.contains("caller")) {
      Object caller = named.remove("caller");
      scope.set("caller", caller != null ? caller : Undefined.because("No caller defined"));
    }
    if (extras.contains("kwargs")) {
      scope.set("kwargs", named);
    } else if (!named.isEmpty()) {
      throw Refusal.type(
          "macro '%s' takes no keyword argument '%s'"
              .formatted(name, named.keySet().iterator().next()));
    }
    int most = parameters.size();
    if (extras.contains("varargs")) {
      scope.set(
          "varargs",
          new Tuple(given.size() > most ? given.subList(most, given.size()) : List.of()));
    } else if (given.size() > most) {
      throw Refusal.type("macro '%s' takes not more than %d argument(s)".formatted(name, most));
    }
  }

  /** {@code {% call(parameters) macro(arguments) %}…{% endcall %}}. */
  public record CallBlock(Expression callee, ArgumentList arguments, Macro caller, int line)
      implements Statement {
    @Override
    public Next run(Scope scope) {
      Object called = callee.value(scope);
      Arguments given = arguments.values(scope);
      scope.rendering().at(line);
      Map<String, Object> named = new LinkedHashMap<>(given.named());
      named.put("caller", caller.in(scope));
      Object text =
          Attributes.call(called, new Arguments(given.given(), named), scope.rendering().budget());
      scope.rendering().write(Printing.str(text));
      return Next.ON;
    }
  }
}
