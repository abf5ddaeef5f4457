package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/**
 * The pages on which a driver shows its metrics, as monitoring fetches them while a run goes on.
 */
@Tag("spark")
class TestMetricPages {
  private static final String JSON = "/metrics/json";
  private static final String PROMETHEUS = "/metrics/prometheus";

  @TempDir private Path folder;

  @Test
  void aRunsFiguresStandOnTheDriversPagesForPrometheusAndInItsJson() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), folder);
    corpus.run();
    Map<String, String> pages = new TreeMap<>();
    String page = "spark.metrics.conf.*.sink.prometheusServlet.";
    try (ClusterSpark driver =
        ClusterSpark.start(
            "local[2]",
            Map.of(
                "spark.ui.enabled",
                "true",
                "spark.ui.port",
                "0",
                page + "class",
                "org.apache.spark.metrics.sink.PrometheusServlet",
                page + "path",
                PROMETHEUS))) {
      String url = driver.session().sparkContext().uiWebUrl().get();
      TrainRun run = new TrainRun(driver.session(), corpus.table(), folder.resolve("out"));
      run.watched(
              line -> {
                pages.put(PROMETHEUS, fetched(url + PROMETHEUS));
                pages.put(JSON, fetched(url + JSON));
              })
          .run();
      check(prometheus(pages.get(PROMETHEUS)));
      check(json(pages.get(JSON)));
    }
  }

  /** As the last line of a run of six steps saw them: of that step, or of the one before. */
  private static void check(Map<String, Double> figures) {
    assertEquals(
        "[checkpoint_seconds, faults, loss, rows, steps, tokens, tokens_per_second, wait_share]",
        figures.keySet().toString());
    double steps = figures.get("steps");
    assertTrue(steps >= 1 && steps <= 6, figures.toString());
    assertEquals(8 * steps, figures.get("rows"), figures.toString());
    assertEquals(0, figures.get("faults"), figures.toString());
    assertTrue(figures.get("loss") > 0, figures.toString());
    assertTrue(figures.get("tokens") > 0, figures.toString());
    assertTrue(figures.get("tokens_per_second") > 0, figures.toString());
    assertTrue(figures.get("wait_share") >= 0, figures.toString());
  }

  private static Map<String, Double> prometheus(String page) {
    Map<String, Double> figures = new TreeMap<>();
    page.lines()
        .filter(line -> line.matches("metrics_\\w+_driver_sparklora_\\w+_Value\\{.*\\} .*"))
        .forEach(
            line ->
                figures.put(
                    line.replaceFirst(".*_sparklora_(\\w+)_Value\\{.*", "$1"),
                    Double.valueOf(line.substring(line.lastIndexOf(' ') + 1))));
    return figures;
  }

  private static Map<String, Double> json(String page) throws IOException {
    Map<String, Double> figures = new TreeMap<>();
    for (Map.Entry<String, JsonNode> gauge :
        new ObjectMapper().readTree(page).get("gauges").properties()) {
      if (gauge.getKey().contains(".driver.sparklora.")) {
        figures.put(
            gauge.getKey().replaceFirst(".*\\.", ""), gauge.getValue().get("value").asDouble());
      }
    }
    return figures;
  }

  private static String fetched(String url) {
    try (InputStream in = URI.create(url).toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
