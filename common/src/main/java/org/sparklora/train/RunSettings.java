package org.sparklora.train;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.ModelFamily;
import org.sparklora.config.Option;
import org.sparklora.lora.ForeignAdapter;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.SampleOrder;
import org.sparklora.plan.StepGrid;
import org.sparklora.storage.Store;
import org.sparklora.tensor.NumberType;

/**
 * What a run is, settled at its first start and kept in {@code _run.json}.
 *
 * @param config the flags; on resume those of now, which may differ in saving, logging, ranks and
 *     memory only
 * @param grid rows per step and number of steps; kept when a run is resumed
 * @param resolved every automatic choice
 * @param provenance fingerprints of what is trained on what
 * @param environment threads, instruction set and native libraries: with the same ones and the same
 *     ranks a resumed run is bit-identical
 */
public record RunSettings(
    String runId,
    TrainConfig config,
    StepGrid grid,
    Resolved resolved,
    Provenance provenance,
    Map<String, String> environment)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Log LOG = Log.of(RunSettings.class);

  /** The settings of a run in its output folder. */
  static final String FILE = "_run.json";

  /** A copy that exists while {@link #FILE} is overwritten, which may stop halfway. */
  static final String SPARE = "_run.spare.json";

  /**
   * What the automatic choices came to.
   *
   * @param family as {@code config.json} decides it
   * @param checkpointing auto where each batch decides
   */
  public record Resolved(
      ModelFamily family,
      String modelCheckpoint,
      NumberType baseDtype,
      List<String> loraTargets,
      LabelPolicy labelPolicy,
      int microBatchTokens,
      Checkpointing checkpointing)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public Resolved {
      loraTargets = List.copyOf(loraTargets);
    }

    Resolved withMicroBatches(int tokens) {
      return new Resolved(
          family, modelCheckpoint, baseDtype, loraTargets, labelPolicy, tokens, checkpointing);
    }
  }

  /**
   * Fingerprints; empty where there is none.
   *
   * @param table of the feature table's files
   * @param codec of the tokenizer files
   * @param prompt of the rule that makes a prompt from a row
   * @param base of the base model's weights
   * @param evaluation of the files of the table that is evaluated
   */
  public record Provenance(
      String table, String codec, String prompt, String base, String promptForm, String evaluation)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The prompt form of plain texts. */
    public static final String PLAIN = "{\"form\":\"none\"}";

    /** Of a table of plain texts. */
    public Provenance(String table, String codec, String prompt, String base) {
      this(table, codec, prompt, base, PLAIN, "");
    }
  }

  public RunSettings {
    environment = new TreeMap<>(environment);
  }

  /** The settings of the run in {@code outputDir}, if there is one. */
  public static Optional<RunSettings> read(Store store, String outputDir) {
    String path = Store.child(outputDir, FILE);
    if (!store.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RunJson.read(store.readText(path), path));
    } catch (Failure damaged) {
      String spare = Store.child(outputDir, SPARE);
      if (damaged.exitCode() != ExitCode.INPUT || !store.exists(spare)) {
        throw damaged;
      }
      return Optional.of(RunJson.read(store.readText(spare), spare));
    }
  }

  /** Wherever the writer stops, one of the two files is whole. */
  public void write(Store store, String outputDir) {
    String text = RunJson.write(this);
    String spare = Store.child(outputDir, SPARE);
    store.writeText(spare, text);
    store.writeText(Store.child(outputDir, FILE), text);
    store.delete(spare);
  }

  /** The grid of a run at its first start; later starts keep it on any number of ranks. */
  public static StepGrid firstGrid(TrainConfig config, long rows, int ranks) {
    Batches batches = config.batches();
    BigInteger asked =
        BigInteger.valueOf((long) batches.rowsPerDevice() * batches.accumulation())
            .multiply(BigInteger.valueOf(ranks));
    if (asked.bitLength() >= Integer.SIZE) {
      throw Failure.usage(
          "Cannot train, an optimizer step has too many rows: %d (expected at most %d). Lower --gradient_accumulation_steps."
              .formatted(asked, Integer.MAX_VALUE));
    }
    int perStep = asked.intValue();
    long steps = batches.maxSteps();
    if (steps == 0) {
      steps = Math.max(1, (long) Math.ceil(batches.epochs() * rows / perStep));
    }
    return new StepGrid(rows, perStep, steps);
  }

  /** The order of rows that the run uses. */
  public SampleOrder order() {
    return config.batches().order(grid.rows());
  }

  /** The learning rate of the update that comes after so many others. */
  double learningRate(long updates) {
    TrainConfig.Optimizer optimizer = config.optimizer();
    return optimizer.schedule().rate(optimizer.learningRate(), updates, grid.steps());
  }

  /**
   * This run, continued with the flags of {@code now}; id, grid and provenance stay. Refuses, by
   * name, flags that would make it another run.
   */
  public RunSettings resumedAs(RunSettings now) {
    List<String> differences = new ArrayList<>();
    for (String flag : TrainFlags.names(Option.Identity.AS_GIVEN)) {
      compare(differences, "--" + flag, config.values().get(flag), now.config.values().get(flag));
    }
    compare(differences, "--base_dtype", resolved.baseDtype.word(), now.resolved.baseDtype.word());
    compare(
        differences,
        "--label_policy",
        resolved.labelPolicy.word(),
        now.resolved.labelPolicy.word());
    compare(
        differences, "--lora_targets", "" + resolved.loraTargets, "" + now.resolved.loraTargets);
    if (now.config.source().foreignAdapter() == ForeignAdapter.REFUSED) {
      compare(differences, "the base model's weights", provenance.base, now.provenance.base);
    } else if (!provenance.base.equals(now.provenance.base)) {
      LOG.warn(
          "The run was started on another base: {} (this one is {}); --trust_base goes on",
          provenance.base,
          now.provenance.base);
    }
    compare(differences, "the feature table", provenance.table, now.provenance.table);
    compare(differences, "the evaluation table", provenance.evaluation, now.provenance.evaluation);
    compare(differences, "the feature table's rows", "" + grid.rows(), "" + now.grid.rows());
    if (!differences.isEmpty()) {
      throw Failure.usage(
          "Cannot resume the run in %s, it was started otherwise: %s (expected the same). Start with the first values, or with another --output_dir.%s"
              .formatted(
                  now.config.saving().outputDir(),
                  String.join("; ", differences),
                  longer(differences, now)));
    }
    Provenance from =
        new Provenance(
            provenance.table,
            provenance.codec,
            provenance.prompt,
            now.provenance.base,
            provenance.promptForm,
            provenance.evaluation);
    return new RunSettings(runId, now.config, grid, now.resolved, from, now.environment);
  }

  /** How a finished run goes on to more steps; empty where not more are asked for. */
  private String longer(List<String> differences, RunSettings now) {
    boolean asked =
        differences.stream()
            .anyMatch(d -> d.startsWith("--max_steps") || d.startsWith("--num_train_epochs"));
    return !asked || now.grid.steps() <= grid.steps()
        ? ""
        : " To train longer, let this run end and go on from its last step: --resume %s --output_dir NEW."
            .formatted(Store.child(now.config.saving().outputDir(), "checkpoint-" + grid.steps()));
  }

  /** This run with so many tokens computed at once. */
  RunSettings withMicroBatches(int tokens) {
    return new RunSettings(
        runId, config, grid, resolved.withMicroBatches(tokens), provenance, environment);
  }

  /** This run in the environment {@code other}. */
  public RunSettings in(Map<String, String> other) {
    return new RunSettings(runId, config, grid, resolved, provenance, other);
  }

  /** What changed in the environment, so that bit equality is no longer promised. */
  public List<String> environmentChanges(RunSettings now) {
    List<String> changes = new ArrayList<>();
    environment.forEach((key, value) -> compare(changes, key, value, now.environment.get(key)));
    return changes;
  }

  private static void compare(List<String> differences, String name, String was, String is) {
    if (!same(was, is)) {
      differences.add("%s was %s, is %s".formatted(name, was, is));
    }
  }

  private static boolean same(String a, String b) {
    if (Objects.equals(a, b)) {
      return true;
    }
    try {
      return a != null && b != null && Double.parseDouble(a) == Double.parseDouble(b);
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
