package org.sparklora.terminal;

import java.io.IOException;
import java.util.Optional;

/** What is typed, line by line. */
public interface Lines extends AutoCloseable {
  /** The next line; nothing at the end. */
  Optional<String> next() throws IOException;

  /** What to do when somebody interrupts while nothing is typed. */
  void onInterrupt(Runnable action);

  @Override
  void close() throws IOException;
}
