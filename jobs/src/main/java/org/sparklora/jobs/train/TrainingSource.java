package org.sparklora.jobs.train;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.sparklora.metric.LoggedStep;
import org.sparklora.train.RunSettings;

/**
 * A run's figures in Spark's metrics system: {@code <application>.driver.sparklora.<name>} in every
 * sink, as in the page {@code /metrics/json} of the driver.
 */
final class TrainingSource implements Source, AutoCloseable {
  private final MetricRegistry registry = new MetricRegistry();
  private final int rowsPerStep;
  private final AtomicLong faults = new AtomicLong();
  private volatile LoggedStep latest = LoggedStep.now(0, Map.of());

  private TrainingSource(RunSettings run) {
    this.rowsPerStep = run.grid().rowsPerStep();
    add("steps", () -> latest.step());
    add("rows", () -> latest.step() * rowsPerStep);
    add("faults", faults::get);
    figure("tokens", "train/tokens");
    figure("loss", "train/loss");
    figure("tokens_per_second", "train/tokens_per_second");
    figure("wait_share", "train/wait_share");
    figure("checkpoint_seconds", "train/checkpoint_seconds");
  }

  /** Shows them until it is closed. */
  static TrainingSource open(RunSettings run) {
    TrainingSource source = new TrainingSource(run);
    SparkEnv.get().metricsSystem().registerSource(source);
    return source;
  }

  void logged(LoggedStep step) {
    latest = step;
  }

  void failed() {
    faults.incrementAndGet();
  }

  @Override
  public String sourceName() {
    return "sparklora";
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void close() {
    SparkEnv.get().metricsSystem().removeSource(this);
  }

  private void figure(String name, String tag) {
    add(name, () -> latest.figure(tag));
  }

  private void add(String name, Gauge<Number> value) {
    registry.register(name, value);
  }
}
