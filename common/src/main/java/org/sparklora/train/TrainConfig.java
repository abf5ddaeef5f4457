package org.sparklora.train;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.config.Options;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.lora.LoraSettings;
import org.sparklora.lora.LoraTargets;

/**
 * Everything that the train job's flags say, checked; only values, so executors can have it.
 *
 * <p>An empty text means "not given". {@link #values()} keeps the flags themselves, for {@code
 * _run.json} and for comparing a resumed run with its first start.
 */
public record TrainConfig(
    Map<String, String> values,
    Source source,
    Lora lora,
    Batches batches,
    Optimizer optimizer,
    Compute compute,
    Saving saving,
    EvaluationChoice evaluation,
    Cluster cluster,
    Tracking tracking,
    ValueOrigins origins)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The flags of the job with their defaults and help. */
  public static Options options() {
    return TrainFlags.options();
  }

  /** Reads all flags; fails with every problem at once. */
  public static TrainConfig of(Settings flags) {
    Problems problems = Problems.of("train");
    Source source = problems.in(() -> Source.of(flags));
    Lora lora = problems.in(() -> Lora.of(flags));
    Batches batches = problems.in(() -> Batches.of(flags));
    Optimizer optimizer = problems.in(() -> Optimizer.of(flags));
    Compute compute = problems.in(() -> Compute.of(flags));
    Saving saving = problems.in(() -> Saving.of(flags));
    EvaluationChoice evaluation = problems.in(() -> EvaluationChoice.of(flags));
    Cluster cluster = problems.in(() -> Cluster.of(flags));
    Tracking tracking = problems.in(() -> Tracking.of(flags));
    problems.failIfAny();
    return new TrainConfig(
        valuesOf(flags),
        source,
        lora,
        batches,
        optimizer,
        compute,
        saving,
        evaluation,
        cluster,
        tracking,
        ValueOrigins.of(flags));
  }

  /** The same from a map of flag names to values, defaults added. */
  public static TrainConfig of(Map<String, String> values) {
    String[] arguments =
        values.entrySet().stream()
            .map(e -> "--" + e.getKey() + "=" + e.getValue())
            .toArray(String[]::new);
    return Settings.parse(options(), arguments).build(TrainConfig::of).from(ValueOrigins.UNKNOWN);
  }

  /** The same with values from elsewhere. */
  TrainConfig from(ValueOrigins others) {
    return new TrainConfig(
        values,
        source,
        lora,
        batches,
        optimizer,
        compute,
        saving,
        evaluation,
        cluster,
        tracking,
        others);
  }

  /** This configuration with some flags changed. */
  public TrainConfig with(Map<String, String> changes) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.putAll(changes);
    return of(changed);
  }

  /** The adapter that is trained on modules of these names. */
  public LoraSettings lora(List<String> targets) {
    return new LoraSettings(
        lora.rank(), lora.alpha(), lora.dropout(), targets, lora.rslora(), batches.seed());
  }

  private static Map<String, String> valuesOf(Settings flags) {
    Map<String, String> values = new TreeMap<>();
    for (String name : TrainFlags.names()) {
      values.put(name, flags.text(name));
    }
    return Collections.unmodifiableMap(values);
  }

  /** Where data and models come from. */
  public record Source(
      String tokenizedDataset,
      String modelCheckpoint,
      String previousLora,
      boolean trustTable,
      ForeignAdapter foreignAdapter)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    static Source of(Settings flags) {
      return new Source(
          flags.text("tokenized_dataset"),
          flags.text("model_checkpoint"),
          flags.text("previous_lora_weights"),
          flags.flag("trust_table"),
          ForeignAdapter.of(flags.flag("trust_base")));
    }
  }

  /**
   * The adapter.
   *
   * @param targets names of linear layers, or all-linear alone; empty for the family's own
   * @param portable whether rsLoRA's scaling is written as a plain adapter's
   */
  public record Lora(
      int rank,
      double alpha,
      double dropout,
      List<String> targets,
      boolean rslora,
      boolean portable)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Lora {
      Problems.of("train")
          .positive("lora_rank", rank, "LLM-Tuning advises 4 or 8")
          .positive("lora_alpha", alpha, "The default is 32")
          .within(
              dropout >= 0 && dropout < 1,
              "lora_dropout",
              dropout,
              "0 to below 1",
              "The default is 0.1")
          .unless(
              targets.size() < 2 || !LoraTargets.meanAll(targets),
              "--lora_targets names all-linear and others: %s (expected all-linear alone, or names). Drop one."
                  .formatted(String.join(",", targets)))
          .failIfAny();
    }

    static Lora of(Settings flags) {
      List<String> targets =
          Arrays.stream(flags.text("lora_targets").split(","))
              .map(String::strip)
              .filter(t -> !t.isEmpty())
              .toList();
      return new Lora(
          flags.whole("lora_rank"),
          flags.decimal("lora_alpha"),
          flags.decimal("lora_dropout"),
          targets,
          flags.flag("rslora"),
          flags.flag("portable"));
    }
  }

  /** AdamW, its schedule and clipping. */
  public record Optimizer(
      double learningRate, LearningRateSchedule schedule, double weightDecay, double maxGradNorm)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Optimizer {
      Problems problems =
          Problems.of("train").positive("learning_rate", learningRate, "LLM-Tuning uses 1e-4");
      schedule.check(problems);
      problems
          .notNegative("weight_decay", weightDecay, "The default is 0")
          .notNegative("max_grad_norm", maxGradNorm, "The default is 1; 0 never clips")
          .failIfAny();
    }

    static Optimizer of(Settings flags) {
      return new Optimizer(
          flags.decimal("learning_rate"),
          LearningRateSchedule.of(flags),
          flags.decimal("weight_decay"),
          flags.decimal("max_grad_norm"));
    }
  }

  /**
   * Checkpoints and logs.
   *
   * @param totalLimit checkpoints kept; 0 keeps all
   */
  public record Saving(
      String outputDir, int saveSteps, int totalLimit, int loggingSteps, Resume resume)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Saving {
      Problems.of("train")
          .positive("save_steps", saveSteps, "The default is 500")
          .notNegative("save_total_limit", totalLimit, "0 keeps all")
          .positive("logging_steps", loggingSteps, "The default is 500")
          .failIfAny();
    }

    static Saving of(Settings flags) {
      return new Saving(
          flags.text("output_dir"),
          flags.whole("save_steps"),
          flags.whole("save_total_limit"),
          flags.whole("logging_steps"),
          new Resume(flags.text("resume")));
    }
  }
}
