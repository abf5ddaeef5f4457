package org.sparklora.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.sparklora.Failure;

/** Collects what is wrong with a configuration, so that the user sees all of it at once. */
final class Problems {
  private final List<String> found = new ArrayList<>();

  /** Notes a problem unless {@code fine}. */
  Problems unless(boolean fine, String message) {
    if (!fine) {
      found.add(message);
    }
    return this;
  }

  /** The record, or null with its problems noted. */
  <T> T in(Supplier<T> record) {
    try {
      return record.get();
    } catch (Failure e) {
      found.add(e.getMessage());
      return null;
    }
  }

  void failIfAny() {
    if (!found.isEmpty()) {
      throw Failure.usage(String.join("\n", found));
    }
  }
}
