package org.sparklora.template.python;

import java.util.List;
import java.util.Map;

/** {@code value.name} and {@code value[key]} as the sandbox allows them. */
public final class Attributes {
  private Attributes() {}

  /** {@code owner.name}: a method before a key. */
  public static Object attribute(Object owner, String name) {
    if (owner instanceof Map<?, ?> map) {
      return ContainerMethods.isOfMapping(name) ? method(owner, name) : key(map, name);
    }
    return attributeOnly(owner, name);
  }

  private static Object key(Map<?, ?> map, String name) {
    Object value = map.get(name);
    if (value != null || map.containsKey(name)) {
      return value;
    }
    return name.startsWith("_") ? Undefined.forbidden(map, name) : Undefined.attribute(map, name);
  }

  /** What is no key: a method, a value's own attribute, or nothing. */
  private static Object attributeOnly(Object owner, String name) {
    if (owner instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (name.startsWith("_")) {
      return Undefined.forbidden(owner, name);
    }
    if (owner instanceof WithAttributes own) {
      return own.attribute(name);
    }
    if (owner instanceof Callable && !(owner instanceof BoundMethod)) {
      throw Refusal.unsupported("the attribute '%s' of a function".formatted(name));
    }
    return isMethod(owner, name) ? method(owner, name) : Undefined.attribute(owner, name);
  }

  private static boolean isMethod(Object owner, String name) {
    return Types.isText(owner)
        ? TextMethods.has(name)
        : ContainerMethods.has(owner, name) || ContainerMethods.changes(owner, name);
  }

  private static Object method(Object owner, String name) {
    return ContainerMethods.changes(owner, name)
        ? Undefined.forbidden(owner, name)
        : new BoundMethod(owner, name);
  }

  /** {@code owner[key]}: a key before a method. */
  public static Object element(Object owner, Object key) {
    if (owner instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (owner instanceof Map<?, ?> map && !(key instanceof List) && !(key instanceof Map)) {
      Object found = Keys.of(key);
      Object value = map.get(found);
      if (value != null || map.containsKey(found)) {
        return value;
      }
    } else if (key instanceof Long || key instanceof Boolean) {
      return at(owner, Numbers.index(key));
    }
    return Types.isText(key) ? attributeOnly(owner, key.toString()) : Undefined.element(owner, key);
  }

  private static Object at(Object owner, long index) {
    if (Types.isText(owner)) {
      String character = CodePoints.at(owner.toString(), index);
      if (character != null) {
        return owner instanceof SafeText ? new SafeText(character) : character;
      }
    } else if (owner instanceof List<?> || owner instanceof Tuple) {
      List<?> items = owner instanceof Tuple tuple ? tuple.items() : (List<?>) owner;
      long place = index < 0 ? index + items.size() : index;
      if (place >= 0 && place < items.size()) {
        return items.get((int) place);
      }
    }
    return Undefined.element(owner, index);
  }

  /** {@code owner[start:stop:step]}. */
  public static Object slice(Object owner, Object start, Object stop, Object step) {
    if (owner instanceof Undefined undefined) {
      throw undefined.refusal();
    }
    if (owner instanceof String text) {
      return CodePoints.slice(text, start, stop, step);
    }
    if (owner instanceof SafeText text) {
      return new SafeText(CodePoints.slice(text.text(), start, stop, step));
    }
    if (owner instanceof Range) {
      throw Refusal.unsupported("a slice of a range");
    }
    if (owner instanceof List<?> list) {
      return CodePoints.slice(list, start, stop, step);
    }
    if (owner instanceof Tuple tuple) {
      return new Tuple(CodePoints.slice(tuple.items(), start, stop, step));
    }
    throw Refusal.type("'%s' object has no slices".formatted(Types.name(owner)));
  }

  /** {@code owner.name(arguments)} without making the method a value first. */
  public static Object callMethod(Object owner, String name, Arguments arguments, Budget budget) {
    budget.step();
    if (owner instanceof String text) {
      return TextMethods.call(text, name, arguments, budget);
    }
    if (owner instanceof SafeText text && TextMethods.has(name)) {
      return TextMethods.callSafe(text, name, arguments, budget);
    }
    if (ContainerMethods.has(owner, name)) {
      return ContainerMethods.call(owner, name, arguments);
    }
    return call(attribute(owner, name), arguments, budget);
  }

  public static Object call(Object callee, Arguments arguments, Budget budget) {
    budget.step();
    if (callee instanceof Callable callable) {
      return callable.call(arguments, budget);
    }
    if (callee instanceof Undefined undefined) {
      throw undefined.refusalOfCall();
    }
    throw Refusal.type("'%s' object is not callable".formatted(Types.name(callee)));
  }
}
