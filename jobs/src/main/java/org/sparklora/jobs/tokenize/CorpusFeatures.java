package org.sparklora.jobs.tokenize;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.udf;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.InterruptibleIterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.util.CollectionAccumulator;
import org.apache.spark.util.TaskCompletionListener;
import org.sparklora.corpus.CorpusRows;
import org.sparklora.corpus.CorpusSplit;
import org.sparklora.corpus.FlatRows;
import org.sparklora.feature.Columns;
import org.sparklora.feature.FeatureRow;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.jobs.spark.TaskEdge;
import org.sparklora.storage.StoreWatch;
import scala.collection.JavaConverters;

/** The feature rows of a corpus, not yet computed; reports come as tasks end. */
final class CorpusFeatures {
  private final SparkSession session;
  private final TokenizeSetup setup;
  private final CollectionAccumulator<TaskReport> reports;

  CorpusFeatures(
      SparkSession session, TokenizeSetup setup, CollectionAccumulator<TaskReport> reports) {
    this.session = session;
    this.setup = setup;
    this.reports = reports;
  }

  /** From text: one task per part, rows in input order. */
  JavaRDD<FeatureRow> ofText(List<List<CorpusSplit>> parts) {
    return setup
        .reading()
        .parts()
        .read(session.sparkContext(), parts, new TextTask(setup, reports));
  }

  /** From Parquet: only the tokenizer is ours, so that the rest of the plan can run on a GPU. */
  Dataset<Row> ofParquet(List<String> files) {
    CorpusColumns corpus = CorpusColumns.read(session, setup.reading(), files, isPlaced());
    return setup.reading().isPlain() ? ofPairs(corpus) : ofWholeRows(corpus);
  }

  /** Rows of any shape become JSON in Spark; a conversation may become several rows. */
  private Dataset<Row> ofWholeRows(CorpusColumns corpus) {
    UserDefinedFunction featurize =
        udf(
                new WholeRowTask(setup, reports),
                DataTypes.createArrayType(FeatureColumns.WITH_SPANS, false))
            .asNondeterministic();
    return corpus
        .rows()
        .select(corpus.texts().get(0).as("json"), corpus.number().as("number"))
        .select(featurize.apply(col("json"), col("number")).as("made"))
        .select(explode(col("made")).as("row"))
        .select(
            col("row." + Columns.INPUT_IDS),
            col("row." + Columns.SEQ_LEN),
            col("row." + Columns.LENGTH),
            col("row." + Columns.LABEL_SPANS));
  }

  private Dataset<Row> ofPairs(CorpusColumns corpus) {
    // Not deterministic in Spark's sense: it counts, so it must run once for each row.
    UserDefinedFunction featurize =
        udf(new ColumnsTask(setup, reports), FeatureColumns.SCHEMA).asNondeterministic();
    return corpus
        .rows()
        .select(
            featurize
                .apply(corpus.texts().get(0), corpus.texts().get(1), corpus.number())
                .as("row"))
        .filter(col("row").isNotNull())
        .select(
            col("row." + Columns.INPUT_IDS),
            col("row." + Columns.SEQ_LEN),
            col("row." + Columns.LENGTH));
  }

  /** Whether the quarantine learns where rows stand: a GPU would leave a scan that asks for it. */
  private boolean isPlaced() {
    boolean onGpu = session.sparkContext().conf().get("spark.plugins", "").contains("SQLPlugin");
    return !onGpu || setup.choice().needsNumbers();
  }

  /** One partition of text. */
  private record TextTask(TokenizeSetup setup, CollectionAccumulator<TaskReport> reports)
      implements FlatMapFunction<Iterator<CorpusRows.Located>, FeatureRow> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<FeatureRow> call(Iterator<CorpusRows.Located> rows) {
      TaskContext context = TaskContext.get();
      RowTokenizer tokenizer = RowTokenizer.begin(setup, context, reports);
      Iterator<FeatureRow> features = new FlatRows<>(rows, tokenizer::rows);
      // An attempt that Spark gave up ends at its next row.
      return JavaConverters.asJavaIterator(
          new InterruptibleIterator<>(context, JavaConverters.asScalaIterator(features)));
    }
  }

  /** One row of Parquet; the task's tokenizer is kept until the task completes. */
  private record ColumnsTask(TokenizeSetup setup, CollectionAccumulator<TaskReport> reports)
      implements UDF3<byte[], byte[], Long, Row> {
    private static final long serialVersionUID = 1L;

    @Override
    public Row call(byte[] prompt, byte[] target, Long index) {
      return OpenTokenizers.between(
          () ->
              OpenTokenizers.ofTask(setup, reports)
                  .row(OpenTokenizers.file(), index, prompt, target)
                  .map(FeatureColumns::row)
                  .orElse(null));
    }
  }

  /** One row of Parquet as JSON. */
  private record WholeRowTask(TokenizeSetup setup, CollectionAccumulator<TaskReport> reports)
      implements UDF2<byte[], Long, List<Row>> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<Row> call(byte[] json, Long index) {
      return OpenTokenizers.between(
          () ->
              OpenTokenizers.ofTask(setup, reports)
                  .rows(OpenTokenizers.file(), index, json)
                  .stream()
                  .map(FeatureColumns::rowWithSpans)
                  .toList());
    }
  }

  /** The tokenizers of running tasks. */
  private static final class OpenTokenizers {
    private static final Map<Long, RowTokenizer> OPEN = new ConcurrentHashMap<>();

    static RowTokenizer ofTask(TokenizeSetup setup, CollectionAccumulator<TaskReport> reports) {
      TaskContext context = TaskContext.get();
      RowTokenizer open = OPEN.get(context.taskAttemptId());
      if (open == null) {
        open = RowTokenizer.begin(setup, context, reports);
        OPEN.put(context.taskAttemptId(), open);
        context.addTaskCompletionListener(
            (TaskCompletionListener)
                done -> {
                  StoreWatch.endWait();
                  OPEN.remove(done.taskAttemptId());
                });
      }
      return open;
    }

    /** Between its calls Spark reads and writes files. */
    static <T> T between(Supplier<T> work) {
      StoreWatch.endWait();
      T made = TaskEdge.around(work);
      StoreWatch.beginWait("read or write rows near", file());
      return made;
    }

    static String file() {
      return SparkStorage.path(String.valueOf(InputFileBlockHolder.getInputFilePath()));
    }
  }
}
