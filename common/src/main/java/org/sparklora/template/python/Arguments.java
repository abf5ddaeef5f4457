package org.sparklora.template.python;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Evaluated arguments of a call: by place and by name. */
public record Arguments(List<Object> given, Map<String, Object> named) {
  public static final Arguments NONE = new Arguments(List.of(), Map.of());

  private static final Object MISSING = new Object();

  public boolean isEmpty() {
    return given.isEmpty() && named.isEmpty();
  }

  public Object first() {
    return given.get(0);
  }

  /** The arguments behind the first {@code count}. */
  public Arguments behind(int count) {
    return new Arguments(given.subList(count, given.size()), named);
  }

  /** These arguments by the parameters of {@code function}. */
  public Bound bind(String function, String... parameters) {
    if (given.size() > parameters.length) {
      throw Refusal.type(
          "%s() takes at most %d arguments, not %d"
              .formatted(function, parameters.length, given.size()));
    }
    Object[] values = new Object[parameters.length];
    Arrays.fill(values, MISSING);
    for (int i = 0; i < given.size(); i++) {
      values[i] = given.get(i);
    }
    for (Map.Entry<String, Object> argument : named.entrySet()) {
      int place = Arrays.asList(parameters).indexOf(argument.getKey());
      if (place < 0 || values[place] != MISSING) {
        throw Refusal.type(
            "%s() got an unexpected argument '%s'".formatted(function, argument.getKey()));
      }
      values[place] = argument.getValue();
    }
    return new Bound(function, parameters, values);
  }

  /** Arguments at the places of their parameters. */
  public static final class Bound {
    private final String function;
    private final String[] parameters;
    private final Object[] values;

    private Bound(String function, String[] parameters, Object[] values) {
      this.function = function;
      this.parameters = parameters;
      this.values = values;
    }

    public boolean has(int place) {
      return values[place] != MISSING;
    }

    public Object value(int place) {
      if (!has(place)) {
        throw Refusal.type("%s() needs '%s'".formatted(function, parameters[place]));
      }
      return values[place];
    }

    public Object value(int place, Object byDefault) {
      return has(place) ? values[place] : byDefault;
    }

    /** A text; anything else is a wrong type. */
    public String text(int place) {
      Object value = value(place);
      if (!Types.isText(value)) {
        throw value instanceof Undefined undefined
            ? undefined.refusal()
            : Refusal.type(
                "%s() needs a text as '%s', not '%s'"
                    .formatted(function, parameters[place], Types.name(value)));
      }
      return value.toString();
    }

    /** A text, or null where none is given or {@code None} is. */
    public String textOrNull(int place) {
      return value(place, null) == null ? null : text(place);
    }

    public long number(int place, long byDefault) {
      return has(place) ? Numbers.index(values[place]) : byDefault;
    }

    public boolean truth(int place, boolean byDefault) {
      return has(place) ? Types.truth(values[place]) : byDefault;
    }
  }
}
