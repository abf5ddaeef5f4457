package org.sparklora.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sparklora.checkpoint.Consent;
import org.sparklora.metric.LogPart;
import org.sparklora.metric.MetricLog;

/** The metric files that rank 0 writes in one attempt; on the other ranks it is empty. */
final class RunLog implements AutoCloseable {
  private final Optional<MetricLog> files;

  private RunLog(Optional<MetricLog> files) {
    this.files = files;
  }

  static RunLog open(Attempt attempt) {
    if (!attempt.isRankZero()) {
      return new RunLog(Optional.empty());
    }
    Segment segment = attempt.segment();
    LogPart part = new LogPart(attempt.run().runId(), segment.generation(), segment.from() + 1);
    RankServices services = attempt.services();
    return new RunLog(Optional.of(MetricLog.open(services.store(), services.outputDir(), part)));
  }

  void log(LossHistory.Entry entry, StepReport report) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("train/loss", entry.loss());
    figures.put("train/learning_rate", entry.learningRate());
    figures.put("train/grad_norm", entry.gradNorm());
    figures.put("train/epoch", entry.epoch());
    figures.put("train/tokens_per_second", report.tokensPerSecond());
    files.ifPresent(f -> f.log(entry.step(), figures));
  }

  void upload(Consent consent) {
    files.ifPresent(
        f -> {
          consent.ask("write " + f.eventPath());
          f.upload();
        });
  }

  /** Deletes the local files; steps not yet uploaded at a checkpoint are trained again anyway. */
  @Override
  public void close() {
    files.ifPresent(MetricLog::discard);
  }
}
