package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What a job arranges for itself, whoever submitted it, and leaves alone where somebody chose. */
class TestUsualSettings {
  private final SparkConf given = new SparkConf(false);

  @Test
  void whatNobodyChoseIsOurs() {
    Map<String, String> missing = UsualSettings.missing(given, Map.of(), Map.of("a", "b"));
    assertEquals("0s", missing.get("spark.locality.wait"));
    assertEquals("C.UTF-8", missing.get("spark.executorEnv.LC_ALL"));
    assertEquals("10000", missing.get("spark.executorEnv.GOMP_SPINCOUNT"));
    assertEquals("UTC", missing.get("spark.sql.session.timeZone"));
    assertEquals("b", missing.get("a"));
    assertFalse(missing.containsKey("spark.executorEnv.SPARKLORA_NATIVES"));
  }

  @Test
  void whatSomebodyChoseStays() {
    given.set("spark.locality.wait", "3s").set("a", "c");
    Map<String, String> missing = UsualSettings.missing(given, Map.of(), Map.of("a", "b"));
    assertFalse(missing.containsKey("spark.locality.wait") || missing.containsKey("a"));
  }

  @Test
  void executorsLookForNativesWhereTheDriverDoes() {
    Map<String, String> here = Map.of("SPARKLORA_NATIVES", "/opt/n");
    String key = "spark.executorEnv.SPARKLORA_NATIVES";
    assertEquals("/opt/n", UsualSettings.missing(given, here, Map.of()).get(key));
    given.set(key, "/mnt/n");
    assertFalse(UsualSettings.missing(given, here, Map.of()).containsKey(key));
  }

  @Test
  void aLogThatSomebodyConfiguredIsLeftAlone() throws Exception {
    LoggerContext context = (LoggerContext) LogManager.getContext(false);
    Configuration before = context.getConfiguration();
    Loudness.settle(URI.create("file:/nowhere/log4j2.properties").toURL());
    assertEquals(before, context.getConfiguration());
    assertTrue(
        Loudness.isNobodys("jar:file:/s/spark.jar!/org/apache/spark/log4j2-defaults.properties"));
    assertFalse(Loudness.isNobodys("/etc/spark/conf/log4j2.properties"));
  }
}
