package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;

/** What Spark's pages call the jobs and stages that it hears of. */
final class StageDescriptions extends SparkListener {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<String> without = new CopyOnWriteArrayList<>();

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    hear(start.properties(), "job " + start.jobId());
  }

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    hear(submitted.properties(), "stage " + submitted.stageInfo().name());
  }

  private void hear(Properties properties, String what) {
    String description =
        properties == null ? null : properties.getProperty("spark.job.description");
    heard.add(what);
    if (description == null || description.isBlank()) {
      without.add(what);
    }
  }

  void assertNoneMissing() {
    assertFalse(heard.isEmpty());
    assertEquals(List.of(), without);
  }
}
