package org.sparklora.weights;

import java.util.LinkedHashMap;
import java.util.Map;

/** A dictionary in a pickle: names or numbers to anything, in the order of the file. */
record PickleDict(Map<Object, Object> entries) {
  PickleDict() {
    this(new LinkedHashMap<>());
  }
}
