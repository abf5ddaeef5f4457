package org.sparklora.weights;

import java.util.LinkedHashMap;
import java.util.Map;

/** A dictionary in a pickle, from names or numbers to anything, in file order. */
record PickleDict(Map<Object, Object> entries) {
  PickleDict() {
    this(new LinkedHashMap<>());
  }
}
