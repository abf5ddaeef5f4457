package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import scala.collection.JavaConverters;

class TestTrainingSource {
  private static final SparkSession SESSION = LocalSpark.session();

  @TempDir private Path folder;

  @Test
  void sparksMetricsShowTheRunWhileItGoesOnAndTheStageCountsItsSteps() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(SESSION, folder);
    corpus.run();
    List<Map<String, Object>> seen = new CopyOnWriteArrayList<>();
    List<String> counted = new CopyOnWriteArrayList<>();
    SparkListener listener = counting(counted);
    SESSION.sparkContext().addSparkListener(listener);
    TrainRun run =
        new TrainRun(SESSION, corpus.table(), folder.resolve("out"))
            .watched(line -> seen.add(gauges()));
    run.run();
    SESSION.sparkContext().listenerBus().waitUntilEmpty();
    SESSION.sparkContext().removeSparkListener(listener);

    Map<String, Object> last = seen.get(seen.size() - 1);
    assertEquals(0L, last.get("faults"));
    assertTrue(((Number) last.get("steps")).longValue() >= 1, last.toString());
    assertTrue(((Number) last.get("loss")).doubleValue() > 0, last.toString());
    assertTrue(((Number) last.get("tokens")).doubleValue() > 0, last.toString());
    assertTrue(((Number) last.get("wait_share")).doubleValue() >= 0, last.toString());
    assertTrue(counted.contains("steps trained=6"), counted.toString());
    assertEquals(Map.of(), gauges());
  }

  private static Map<String, Object> gauges() {
    Map<String, Object> values = new TreeMap<>();
    for (Source source :
        JavaConverters.seqAsJavaList(
            SparkEnv.get().metricsSystem().getSourcesByName("sparklora"))) {
      source
          .metricRegistry()
          .getGauges()
          .forEach((name, gauge) -> values.put(name, gauge.getValue()));
    }
    return values;
  }

  private static SparkListener counting(List<String> counted) {
    return new SparkListener() {
      @Override
      public void onStageCompleted(SparkListenerStageCompleted stage) {
        JavaConverters.mapAsJavaMap(stage.stageInfo().accumulables()).values().stream()
            .filter(a -> a.name().isDefined() && a.value().isDefined())
            .forEach(a -> counted.add(a.name().get() + "=" + a.value().get()));
      }
    };
  }
}
