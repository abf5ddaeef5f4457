package org.sparklora.template.python;

import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Lengths and items of values. */
public final class Sizes {
  private Sizes() {}

  public static boolean hasLength(Object value) {
    return Types.isText(value)
        || value instanceof Collection
        || value instanceof Map
        || value instanceof Tuple
        || value instanceof DictView
        || value instanceof Undefined;
  }

  /** Python's {@code len}: texts count code points. */
  public static long length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof Collection<?> items) {
      return items.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (value instanceof Tuple tuple) {
      return tuple.items().size();
    }
    if (value instanceof DictView view) {
      return view.items().size();
    }
    if (value instanceof SafeText text) {
      return length(text.text());
    }
    if (value instanceof Undefined undefined) {
      undefined.allow();
      return 0;
    }
    throw Refusal.type("object of type '%s' has no len()".formatted(Types.name(value)));
  }

  public static boolean isIterable(Object value) {
    return hasLength(value) || value instanceof Generator;
  }

  /** Python's {@code iter}: characters of a text, keys of a mapping. */
  @SuppressWarnings("unchecked")
  public static Iterator<Object> items(Object value) {
    if (value instanceof List<?> list) {
      return (Iterator<Object>) list.iterator();
    }
    if (value instanceof Map<?, ?> map) {
      return ((Map<Object, Object>) map).keySet().iterator();
    }
    if (value instanceof Tuple tuple) {
      return tuple.items().iterator();
    }
    if (value instanceof DictView view) {
      return view.items().iterator();
    }
    if (value instanceof Generator generator) {
      return generator.items();
    }
    if (Types.isText(value)) {
      return CodePoints.each(value.toString());
    }
    if (value instanceof Undefined undefined) {
      undefined.allow();
      return Collections.emptyIterator();
    }
    throw Refusal.type("'%s' object is not iterable".formatted(Types.name(value)));
  }
}
