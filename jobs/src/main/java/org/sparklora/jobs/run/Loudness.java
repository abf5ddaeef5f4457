package org.sparklora.jobs.run;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.util.List;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.DefaultConfiguration;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.Logging$;

/** How much of the log is shown, and what {@code --verbose} and {@code --quiet} do to it. */
final class Loudness {
  private static final String WORD = "sparklora.log";

  /** {@code conf/log4j2.properties} as it travels in the application jar. */
  private static final String OURS = "/org/sparklora/log4j2.properties";

  /** What Spark takes where it finds no configuration. */
  private static final String OF_SPARK = "/org/apache/spark/log4j2-";

  private Loudness() {}

  /** Shows what our configuration shows, unless somebody chose one. */
  static void settle() {
    settle(Loudness.class.getResource(OURS));
  }

  static void settle(URL ours) {
    List<LoggerContext> nobodys =
        contexts().filter(context -> isNobodys(context.getConfiguration())).toList();
    if (ours != null && !nobodys.isEmpty()) {
      // Spark 4 would take its own again with each application, once it did.
      Logging$.MODULE$.org$apache$spark$internal$Logging$$defaultSparkLog4jConfig_$eq(false);
      nobodys.forEach(context -> context.setConfigLocation(uri(ours)));
    }
  }

  /** Details of ours, and the stack traces of Spark's exceptions. */
  static void raise() {
    System.setProperty(WORD, "full");
    contexts().forEach(LoggerContext::reconfigure);
    Configurator.setLevel("org.sparklora", Level.DEBUG);
  }

  /** Warnings and errors only. */
  static void lower() {
    Configurator.setLevel("org.sparklora", Level.WARN);
  }

  /**
   * Of Spark's class loader, and of ours, which is another one where we logged before Spark did.
   */
  private static Stream<LoggerContext> contexts() {
    return Stream.of(SparkConf.class, Loudness.class)
        .map(type -> LogManager.getContext(type.getClassLoader(), false))
        .distinct()
        .filter(LoggerContext.class::isInstance)
        .map(LoggerContext.class::cast);
  }

  private static boolean isNobodys(Configuration configuration) {
    return configuration instanceof DefaultConfiguration
        || isNobodys(String.valueOf(configuration.getConfigurationSource().getLocation()));
  }

  static boolean isNobodys(String source) {
    return source.contains(OF_SPARK);
  }

  private static URI uri(URL url) {
    try {
      return url.toURI();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a class loader's own URL", e);
    }
  }
}
