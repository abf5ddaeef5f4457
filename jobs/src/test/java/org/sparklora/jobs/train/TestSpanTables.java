package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Fixtures;
import org.sparklora.Vocabulary;
import org.sparklora.feature.ChatOrigin;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.FeatureTable;
import org.sparklora.feature.FeatureTableInfo;
import org.sparklora.feature.LabelSpans;
import org.sparklora.feature.RowColumns;
import org.sparklora.feature.TableCounts;
import org.sparklora.feature.TableFormat;
import org.sparklora.feature.TableLayout;
import org.sparklora.feature.TableOrigin;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.prompt.PromptForms;
import org.sparklora.storage.Store;

/** Tables whose rows have several label spans, ours and those of others. */
class TestSpanTables {
  private static final SparkSession SESSION = LocalSpark.session();
  private static final Store STORE = Store.local();
  private static final Vocabulary ANY = new Vocabulary(512);

  @TempDir Path folder;

  @Test
  void rowsAndSizesComeBackFromBothLayouts() {
    List<FeatureRow> rows = rows();
    for (TableFormat format : TableFormat.values()) {
      TableRows table =
          new TableRows(
              SESSION,
              SparkStorage.settings(SESSION),
              FeatureTable.open(STORE, table(format, rows)),
              ANY);
      List<String> read = new ArrayList<>(table.map(new Described()).collect());
      read.sort(Comparator.naturalOrder());
      assertEquals(rows.size(), read.size());
      List<String> sizes = new ArrayList<>(table.mapSizes(new Sized()).collect());
      sizes.sort(Comparator.naturalOrder());
      for (int i = 0; i < rows.size(); i++) {
        assertEquals(words(i, rows.get(i).length(), rows.get(i).spans()), read.get(i));
        assertEquals(read.get(i), sizes.get(i));
      }
    }
  }

  @Test
  void bothLayoutsTrainToTheSameAdapterAndNotToThatOfOtherSpans() throws Exception {
    List<FeatureRow> rows = rows();
    byte[] parquet = trained(table(TableFormat.PARQUET, rows), "2");
    assertArrayEquals(parquet, trained(table(TableFormat.ARROW, rows), "2"));
    List<FeatureRow> others =
        rows.stream().map(r -> new FeatureRow(r.inputIds(), r.seqLen())).toList();
    byte[] other = trained(table(TableFormat.ARROW, others), "2");
    assertTrue(!java.util.Arrays.equals(parquet, other), "the spans change nothing");
  }

  @Test
  void aTableOfIdsAndLabelsTrainsAsItIs() {
    TrainRun run = ready("ready");
    assertTrue(run.run().trained());
    assertTrue(run.lines().get(0).startsWith("step 1/2"), run.lines().get(0));
  }

  @Test
  void itsFaultsAreSetAsideAndCounted() {
    TrainRun run = ready("ready_faults");
    assertTrue(run.run().trained());
    assertEquals(
        "6 of 12 rows of the feature table are set aside and train nothing: ids and labels differ in length (2), id beyond the vocabulary (2), label is no id (1), label is not the id at its place (1)",
        run.lines().get(0));
  }

  private TrainRun ready(String name) {
    return new TrainRun(SESSION, Fixtures.path("chat", name), folder.resolve(name))
        .with("trust_table", "true")
        .with("max_steps", "2")
        .with("model_checkpoint", Fixtures.path("qwen2", "model").toString());
  }

  private byte[] trained(String table, String steps) throws Exception {
    TrainRun run =
        new TrainRun(SESSION, Path.of(table), Path.of(table + ".out")).with("max_steps", steps);
    run.run();
    return run.adapter();
  }

  private static List<FeatureRow> rows() {
    Random random = new Random(11);
    List<FeatureRow> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      int[] ids = random.ints(12 + random.nextInt(20), 3, 512).toArray();
      LabelSpans two = new LabelSpans(2, 5, 7, ids.length - 1);
      rows.add(i % 4 == 0 ? new FeatureRow(ids, 6) : new FeatureRow(ids, two));
    }
    return rows;
  }

  /** A table as the tokenize job would leave it. */
  private String table(TableFormat format, List<FeatureRow> rows) {
    String path = folder.resolve("spans-" + format.word() + rows.hashCode()).toString();
    TokenizeCorpus plain = new TokenizeCorpus(SESSION, folder.resolve("plain"));
    plain.run();
    FeatureTableInfo was = FeatureTable.open(STORE, plain.table().toString()).info().orElseThrow();
    TableOrigin from = was.madeFrom();
    TableOrigin origin =
        new TableOrigin(
            from.modelCheckpoint(),
            from.codecFingerprint(),
            from.eosTokenId(),
            from.promptKey(),
            from.targetKey(),
            from.encoding(),
            from.cutPolicy(),
            from.maxSeqLength(),
            from.sources(),
            null,
            new ChatOrigin("messages", "", "all", PromptForms.named("chatglm2").note().json()),
            null,
            null);
    TableLayout layout = format.layout();
    String file = layout.fileName("a1", 0, 1, 0);
    try (TableLayout.Writer writer =
        layout.writer(STORE, Store.child(path, file), RowColumns.SPANS)) {
      rows.forEach(writer::add);
    }
    FeatureTableInfo.of(
            format,
            origin,
            List.of(layout.describe(STORE, path, file)),
            new TableCounts(rows.size(), rows.size(), 0, 0, 0),
            was.lengths())
        .write(STORE, path);
    return path;
  }

  private static String words(long index, int length, LabelSpans spans) {
    return "%03d %d %s".formatted(index, length, spans);
  }

  private static final class Described
      implements TableRows.PerPartition<TableRows.Indexed, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public java.util.Iterator<String> of(java.util.Iterator<TableRows.Indexed> rows) {
      List<String> all = new ArrayList<>();
      rows.forEachRemaining(r -> all.add(words(r.index(), r.row().length(), r.row().spans())));
      return all.iterator();
    }
  }

  private static final class Sized implements TableRows.PerPartition<TableRows.Size, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public java.util.Iterator<String> of(java.util.Iterator<TableRows.Size> rows) {
      List<String> all = new ArrayList<>();
      rows.forEachRemaining(r -> all.add(words(r.index(), r.length(), r.spans())));
      return all.iterator();
    }
  }
}
