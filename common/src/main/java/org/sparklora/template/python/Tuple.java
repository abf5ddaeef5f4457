package org.sparklora.template.python;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Python's tuple: a list in round brackets. */
public record Tuple(List<Object> items) {
  public static Tuple of(Object... items) {
    return new Tuple(Collections.unmodifiableList(Arrays.asList(items)));
  }
}
