package org.sparklora.jobs.run;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;

/** What {@code --verbose} does to the log: {@code conf/log4j2.properties} looks for its word. */
final class Loudness {
  private static final String WORD = "sparklora.log";

  private Loudness() {}

  /** Details of ours, and the stack traces of Spark's exceptions. */
  static void raise() {
    System.setProperty(WORD, "full");
    if (LogManager.getContext(false) instanceof LoggerContext context) {
      context.reconfigure();
      Configurator.setLevel("org.sparklora", Level.DEBUG);
    }
  }
}
