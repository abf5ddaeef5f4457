package org.sparklora.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.checkpoint.Consent;
import org.sparklora.metric.LogPart;
import org.sparklora.metric.LoggedStep;
import org.sparklora.metric.MetricLog;

/**
 * The metric files that rank 0 writes in one attempt; on the other ranks it is empty. What it
 * cannot write is warned of once: no step is lost for a log.
 */
final class RunLog implements AutoCloseable {
  private static final Log LOG = Log.of(RunLog.class);

  private final Consumer<LoggedStep> onlooker;
  private Optional<MetricLog> files;
  private boolean warned;

  private RunLog(Consumer<LoggedStep> onlooker) {
    this.onlooker = onlooker;
    this.files = Optional.empty();
  }

  static RunLog open(Attempt attempt) {
    boolean told = attempt.isRankZero();
    RunLog log = new RunLog(told ? attempt.services().progress()::logged : step -> {});
    if (told) {
      log.orWarn(() -> log.files = Optional.of(filesOf(attempt)));
    }
    return log;
  }

  private static MetricLog filesOf(Attempt attempt) {
    Segment segment = attempt.segment();
    long first = segment.from() == 0 ? 0 : segment.from() + 1; // before step 1 may be an evaluation
    LogPart part = new LogPart(attempt.run().runId(), segment.generation(), first);
    RankServices services = attempt.services();
    MetricLog log = MetricLog.open(services.store(), services.outputDir(), part);
    Map<String, String> settings = new TreeMap<>(RunWords.lasting(attempt.run()));
    settings.putAll(RunWords.changing(attempt.run()));
    log.describe(settings);
    return log;
  }

  void log(LossHistory.Entry entry, StepReport report, Map<String, Double> shares) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("train/loss", entry.loss());
    figures.put("train/learning_rate", entry.learningRate());
    figures.put("train/grad_norm", entry.gradNorm());
    figures.put("train/epoch", entry.epoch());
    figures.put("train/tokens_per_second", report.tokensPerSecond());
    figures.putAll(shares);
    log(entry.step(), figures);
  }

  void log(EvaluationReport report) {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("eval/loss", report.evaluation().loss());
    figures.put("eval/perplexity", report.evaluation().perplexity());
    figures.put("eval/token_accuracy", report.evaluation().tokenAccuracy());
    figures.put("eval/epoch", report.evaluation().epoch());
    figures.put("eval/runtime", report.seconds());
    figures.put("eval/samples_per_second", report.rows() / report.seconds());
    log(report.evaluation().step(), figures);
  }

  private void log(long step, Map<String, Double> figures) {
    LoggedStep logged = LoggedStep.now(step, figures);
    onlooker.accept(logged);
    files.ifPresent(
        f -> {
          if (!orWarn(() -> f.log(logged))) {
            close(); // the rest of a file that broke off would not be read
          }
        });
  }

  /** What the store does not take now is offered to it again at the next checkpoint. */
  void upload(Consent consent) {
    files.ifPresent(
        f -> {
          consent.ask("write " + f.eventPath());
          orWarn(f::upload);
        });
  }

  /** Deletes the local files; steps not yet uploaded at a checkpoint are trained again anyway. */
  @Override
  public void close() {
    files.ifPresent(f -> orWarn(f::discard));
    files = Optional.empty();
  }

  private boolean orWarn(Runnable writing) {
    try {
      writing.run();
      return true;
    } catch (Failure failure) {
      if (!warned) {
        LOG.warn("The training log has gaps, training goes on: {}", failure.getMessage());
      }
      warned = true;
      return false;
    }
  }
}
