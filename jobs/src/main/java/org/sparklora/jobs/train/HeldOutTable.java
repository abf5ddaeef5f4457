package org.sparklora.jobs.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.feature.FeatureTable;
import org.sparklora.jobs.run.BaseModel;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.plan.HeldOutPlan;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.RowSizes;
import org.sparklora.storage.Store;
import org.sparklora.train.TrainConfig;

/** The table that a run evaluates while it trains: made like the one that it trains on. */
record HeldOutTable(FeatureTable table, RowSizes sizes) {
  /** Ranks keep their share of the ids; more than this part of their heap is refused. */
  private static final int PART_OF_HEAP = 4;

  /** What {@code --eval_dataset} names; nothing where it names none. */
  static Optional<HeldOutTable> of(
      RunSite site, TrainConfig config, BaseModel base, FeatureTable training, LabelPolicy policy) {
    if (!config.evaluation().isWanted()) {
      return Optional.empty();
    }
    FeatureTable table = open(site, config);
    base.requireCodecOf(table, "the evaluation table");
    requireSameForm(table, training);
    requireRoom(table.rows(), RowSizes.MOST_ROWS, "rows");
    TableRows rows = new TableRows(site.session(), site.storage(), table, base.vocabulary());
    HeldOutTable heldOut =
        new HeldOutTable(table, RunPlan.collected(site, rows, (int) table.rows(), policy).sizes());
    heldOut.requireLabels();
    long tokens = Arrays.stream(heldOut.sizes.lengths()).asLongStream().sum();
    requireRoom(
        tokens, heap(site.session().sparkContext()) / PART_OF_HEAP / Integer.BYTES, "tokens");
    return Optional.of(heldOut);
  }

  /** What is to be said where its rows are trained on, too; empty where nothing says that. */
  String shared(FeatureTable training) {
    List<String> files =
        table.info().isEmpty() || training.info().isEmpty()
            ? List.of()
            : table.info().get().madeFrom().sharedWith(training.info().get().madeFrom());
    if (files.isEmpty() && !table.fingerprint().equals(training.fingerprint())) {
      return "";
    }
    return "The evaluation table shares rows with the feature table that is trained on%s. Its loss says little about rows that training never saw; hold some out with --val_size when tokenizing"
        .formatted(files.isEmpty() ? "" : ": both were made from " + files.get(0));
  }

  /** Who evaluates which row. */
  HeldOutPlan dealt(int ranks) {
    return HeldOutPlan.of(sizes, ranks);
  }

  private static FeatureTable open(RunSite site, TrainConfig config) {
    Store store = site.store();
    String folder = NamedPaths.of(site.session()).table(config.evaluation().dataset());
    if (!store.isDirectory(folder)) {
      throw Failure.input(
          "Cannot train, the evaluation table does not exist: %s (expected the output of the tokenize job). Check --eval_dataset, or tokenize it first."
              .formatted(folder));
    }
    return config.source().trustTable()
        ? FeatureTable.openTrustedHeldOut(store, folder)
        : FeatureTable.open(store, folder);
  }

  /** A table that does not say its form is taken as it is, like one that is trained on. */
  private static void requireSameForm(FeatureTable table, FeatureTable training) {
    if (table.info().isEmpty() || training.info().isEmpty()) {
      return;
    }
    Optional<String> own = RunPlan.promptForm(table);
    Optional<String> trained = RunPlan.promptForm(training);
    if (!own.equals(trained)) {
      throw Failure.input(
          "Cannot train, the evaluation table's prompts are written otherwise than those of the feature table: %s in %s (expected %s as in %s). Tokenize both in the same way."
              .formatted(inWords(own), table.folder(), inWords(trained), training.folder()));
    }
  }

  private static String inWords(Optional<String> form) {
    return form.map(note -> "a form of fingerprint " + new Sha256().add(note).fingerprint())
        .orElse("plain texts");
  }

  private void requireLabels() {
    if (Arrays.stream(sizes.labels()).allMatch(n -> n == 0)) {
      throw Failure.input(
          "Cannot train, no row of the evaluation table has labels: %d rows in %s (expected some). Look at its targets, or tokenize it again with a higher --max_seq_length."
              .formatted(table.rows(), table.folder()));
    }
  }

  private static void requireRoom(long found, long most, String what) {
    if (found > most) {
      throw Failure.cluster(
          "Cannot train, the evaluation table is too large for the ranks' memory: %d %s (expected at most %d). Hold out fewer rows, or raise spark.executor.memory."
              .formatted(found, what, most));
    }
  }

  private static long heap(SparkContext context) {
    return context.isLocal()
        ? Runtime.getRuntime().maxMemory()
        : context.getConf().getSizeAsBytes("spark.executor.memory", "1g");
  }
}
