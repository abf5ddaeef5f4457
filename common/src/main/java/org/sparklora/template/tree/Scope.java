package org.sparklora.template.tree;

import java.util.Arrays;

/** Names that a template has set, in the blocks around the running one. */
public final class Scope {
  private static final Object NOT_HERE = new Object();

  private final Rendering rendering;
  private final Scope outer;
  private String[] names = new String[4];
  private Object[] values = new Object[4];
  private int count;

  public Scope(Rendering rendering) {
    this(rendering, null);
  }

  private Scope(Rendering rendering, Scope outer) {
    this.rendering = rendering;
    this.outer = outer;
  }

  Scope inner() {
    return new Scope(rendering, this);
  }

  Rendering rendering() {
    return rendering;
  }

  void set(String name, Object value) {
    int place = place(name);
    if (place < 0) {
      place = count++;
      if (place == names.length) {
        names = Arrays.copyOf(names, 2 * place);
        values = Arrays.copyOf(values, 2 * place);
      }
      names[place] = name;
    }
    values[place] = value;
  }

  Object value(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.own(name);
      if (value != NOT_HERE) {
        return value;
      }
    }
    return rendering.value(name);
  }

  private Object own(String name) {
    int place = place(name);
    return place < 0 ? NOT_HERE : values[place];
  }

  private int place(String name) {
    for (int i = 0; i < count; i++) {
      if (names[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
