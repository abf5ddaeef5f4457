package org.sparklora.train;

import java.io.Serializable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.config.Options;
import org.sparklora.config.Settings;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.SampleOrder;

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
    Cluster cluster)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The flags of the job with their defaults and help. */
  public static Options options() {
    return TrainFlags.options();
  }

  /** Reads all flags; fails with every problem at once. */
  public static TrainConfig of(Settings flags) {
    Problems problems = new Problems();
    Source source = problems.in(() -> Source.of(flags));
    Lora lora = problems.in(() -> Lora.of(flags));
    Batches batches = problems.in(() -> Batches.of(flags));
    Optimizer optimizer = problems.in(() -> Optimizer.of(flags));
    Compute compute = problems.in(() -> Compute.of(flags));
    Saving saving = problems.in(() -> Saving.of(flags));
    Cluster cluster = problems.in(() -> Cluster.of(flags));
    problems.failIfAny();
    return new TrainConfig(
        valuesOf(flags), source, lora, batches, optimizer, compute, saving, cluster);
  }

  /** The same from a map of flag names to values, defaults added. */
  public static TrainConfig of(Map<String, String> values) {
    String[] arguments =
        values.entrySet().stream()
            .map(e -> "--" + e.getKey() + "=" + e.getValue())
            .toArray(String[]::new);
    return Settings.parse(options(), arguments).build(TrainConfig::of);
  }

  /** This configuration with some flags changed. */
  public TrainConfig with(Map<String, String> changes) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.putAll(changes);
    return of(changed);
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
      String tokenizedDataset, String modelCheckpoint, String previousLora, boolean trustTable)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    static Source of(Settings flags) {
      return new Source(
          flags.text("tokenized_dataset"),
          flags.text("model_checkpoint"),
          flags.text("previous_lora_weights"),
          flags.flag("trust_table"));
    }
  }

  /**
   * The adapter.
   *
   * @param targets names of linear layers; empty for the family's own
   */
  public record Lora(int rank, double alpha, double dropout, List<String> targets, boolean rslora)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Lora {
      new Problems()
          .unless(
              rank > 0,
              "Cannot train, --lora_rank is not positive: %d (expected at least 1). LLM-Tuning advises 4 or 8."
                  .formatted(rank))
          .unless(
              alpha > 0,
              "Cannot train, --lora_alpha is not positive: %s (expected above 0). The default is 32."
                  .formatted(alpha))
          .unless(
              dropout >= 0 && dropout < 1,
              "Cannot train, --lora_dropout is out of range: %s (expected 0 to below 1). The default is 0.1."
                  .formatted(dropout))
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
          flags.flag("rslora"));
    }
  }

  /**
   * Rows, steps and labels.
   *
   * @param maxSteps steps of the run; 0 where epochs decide
   * @param epochs used where {@code maxSteps} is 0
   */
  public record Batches(
      int rowsPerDevice,
      int accumulation,
      long maxSteps,
      double epochs,
      long seed,
      boolean shuffled,
      LabelPolicy labelPolicy)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Batches {
      new Problems()
          .unless(
              rowsPerDevice > 0,
              "Cannot train, --per_device_train_batch_size is not positive: %d (expected at least 1). The default is 8."
                  .formatted(rowsPerDevice))
          .unless(
              accumulation > 0,
              "Cannot train, --gradient_accumulation_steps is not positive: %d (expected at least 1). The default is 1."
                  .formatted(accumulation))
          .unless(
              maxSteps > 0 || epochs > 0,
              "Cannot train, --num_train_epochs is not positive: %s (expected above 0). Raise it or give --max_steps."
                  .formatted(epochs))
          .failIfAny();
    }

    static Batches of(Settings flags) {
      return new Batches(
          flags.whole("per_device_train_batch_size"),
          flags.whole("gradient_accumulation_steps"),
          Math.max(0, flags.longWhole("max_steps")),
          flags.decimal("num_train_epochs"),
          flags.longWhole("seed"),
          flags.text("sample_order").equals("shuffled"),
          LabelPolicy.of(flags.text("label_policy")));
    }

    /** The order that the flags ask for. */
    public SampleOrder order(long rows) {
      return shuffled ? SampleOrder.shuffled(seed, rows) : SampleOrder.file();
    }
  }

  /** AdamW, its schedule and clipping. */
  public record Optimizer(
      double learningRate, int warmupSteps, double weightDecay, double maxGradNorm)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Optimizer {
      new Problems()
          .unless(
              learningRate > 0,
              "Cannot train, --learning_rate is not positive: %s (expected above 0). LLM-Tuning uses 1e-4."
                  .formatted(learningRate))
          .unless(
              warmupSteps >= 0,
              "Cannot train, --warmup_steps is negative: %d (expected at least 0). The default is 0."
                  .formatted(warmupSteps))
          .unless(
              weightDecay >= 0,
              "Cannot train, --weight_decay is negative: %s (expected at least 0). The default is 0."
                  .formatted(weightDecay))
          .unless(
              maxGradNorm >= 0,
              "Cannot train, --max_grad_norm is negative: %s (expected at least 0). The default is 1; 0 never clips."
                  .formatted(maxGradNorm))
          .failIfAny();
    }

    static Optimizer of(Settings flags) {
      return new Optimizer(
          flags.decimal("learning_rate"),
          flags.whole("warmup_steps"),
          flags.decimal("weight_decay"),
          flags.decimal("max_grad_norm"));
    }
  }

  /**
   * Types and memory.
   *
   * @param baseDtype {@code auto}, {@code fp32}, {@code bf16} or {@code fp16}
   * @param checkpointing {@code auto}, {@code on} or {@code off}
   * @param microBatchTokens tokens computed at once; 0 chooses
   */
  public record Compute(
      String baseDtype, String checkpointing, int microBatchTokens, String weightsCache)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Above this, longer micro-batches no longer make the matrix products faster. */
    private static final int ENOUGH_TOKENS = 16_384;

    public Compute {
      new Problems()
          .unless(
              microBatchTokens >= 0,
              "Cannot train, --max_tokens_per_micro_batch is negative: %d (expected at least 0). 0 chooses."
                  .formatted(microBatchTokens))
          .failIfAny();
    }

    static Compute of(Settings flags) {
      return new Compute(
          dtypeOf(flags),
          flags.text("gradient_checkpointing"),
          flags.whole("max_tokens_per_micro_batch"),
          flags.text("weights_cache"));
    }

    private static String dtypeOf(Settings flags) {
      String base = flags.text("base_dtype");
      boolean fp16 = flags.flag("fp16");
      boolean bf16 = flags.flag("bf16");
      String asked = fp16 ? "fp16" : bf16 ? "bf16" : base;
      new Problems()
          .unless(
              !(fp16 && bf16),
              "Cannot train, two types are asked for: --fp16 and --bf16 (expected one). Drop one of them.")
          .unless(
              (fp16 && bf16) || base.equals("auto") || base.equals(asked),
              "Cannot train, two types are asked for: --%s and --base_dtype %s (expected one). Drop one of them."
                  .formatted(asked, base))
          .failIfAny();
      return asked;
    }

    /** The type of the frozen weights: what was asked for, else fp32 on CPU and bf16 on GPU. */
    public String resolvedDtype(boolean gpu) {
      if (!baseDtype.equals("auto")) {
        return baseDtype;
      }
      return gpu ? "bf16" : "fp32";
    }

    /**
     * Tokens computed at once: what was asked for, else what {@code rowsPerDevice} of the table's
     * longest rows need, at most 16,384 and at least the longest row.
     */
    public int resolvedMicroBatchTokens(int rowsPerDevice, int longestRow) {
      if (microBatchTokens > 0) {
        return microBatchTokens;
      }
      long padded = (long) rowsPerDevice * longestRow;
      return Math.max(longestRow, (int) Math.min(ENOUGH_TOKENS, padded));
    }
  }

  /**
   * Checkpoints and logs.
   *
   * @param totalLimit checkpoints kept; 0 keeps all
   * @param resume {@code auto}, {@code never} or a checkpoint folder
   */
  public record Saving(
      String outputDir, int saveSteps, int totalLimit, int loggingSteps, String resume)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Saving {
      new Problems()
          .unless(
              saveSteps > 0,
              "Cannot train, --save_steps is not positive: %d (expected at least 1). The default is 500."
                  .formatted(saveSteps))
          .unless(
              totalLimit >= 0,
              "Cannot train, --save_total_limit is negative: %d (expected at least 0). 0 keeps all."
                  .formatted(totalLimit))
          .unless(
              loggingSteps > 0,
              "Cannot train, --logging_steps is not positive: %d (expected at least 1). The default is 500."
                  .formatted(loggingSteps))
          .failIfAny();
    }

    static Saving of(Settings flags) {
      return new Saving(
          flags.text("output_dir"),
          flags.whole("save_steps"),
          flags.whole("save_total_limit"),
          flags.whole("logging_steps"),
          flags.text("resume"));
    }
  }

  /**
   * Ranks and how they find each other.
   *
   * @param numRanks 0 for one per executor
   * @param exchangeTls {@code auto}, {@code true} or {@code false}
   */
  public record Cluster(
      int numRanks,
      int minRanks,
      Duration executorWait,
      Duration exchangeTimeout,
      String exchangeTls)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Cluster {
      new Problems()
          .unless(
              numRanks >= 0,
              "Cannot train, --num_ranks is negative: %d (expected at least 0). 0 takes one per executor."
                  .formatted(numRanks))
          .unless(
              minRanks > 0 && (numRanks == 0 || minRanks <= numRanks),
              "Cannot train, --min_ranks is out of range: %d (expected 1 to --num_ranks). The default is 1."
                  .formatted(minRanks))
          .unless(
              exchangeTimeout.toMillis() > 0,
              "Cannot train, --exchange_timeout is not positive: %s (expected above 0). The default is 60s."
                  .formatted(exchangeTimeout))
          .failIfAny();
    }

    static Cluster of(Settings flags) {
      return new Cluster(
          flags.whole("num_ranks"),
          flags.whole("min_ranks"),
          flags.duration("executor_wait"),
          flags.duration("exchange_timeout"),
          flags.text("exchange_tls"));
    }
  }
}
