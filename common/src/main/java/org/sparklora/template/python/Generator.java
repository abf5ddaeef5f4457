package org.sparklora.template.python;

import java.util.Iterator;

/** Items that can be taken once, without a length, as {@code map} and {@code select} give them. */
public final class Generator {
  private final Iterator<Object> items;

  public Generator(Iterator<Object> items) {
    this.items = items;
  }

  public Iterator<Object> items() {
    return items;
  }
}
