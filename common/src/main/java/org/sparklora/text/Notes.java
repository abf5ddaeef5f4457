package org.sparklora.text;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Passes on each message once. */
final class Notes {
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final Consumer<String> log;

  Notes(Consumer<String> log) {
    this.log = log;
  }

  void tell(String message) {
    if (told.add(message)) {
      log.accept(message);
    }
  }
}
