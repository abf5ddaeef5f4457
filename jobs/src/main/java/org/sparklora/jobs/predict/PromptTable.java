package org.sparklora.jobs.predict;

import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.sparklora.corpus.BadReasons;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.predict.PredictConfig;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * The prompts of the input, each with its dense index: its number within the whole input, bad rows
 * counted. The input is read twice, first to count.
 */
record PromptTable(JavaPairRDD<Long, PromptRow> prompts, long rows, BadReasons bad) {

  /** Counts the rows at once; the prompts are read later. */
  static PromptTable of(
      SparkSession session, PredictConfig config, List<StoredFile> inputs, CorpusPlan plan) {
    StorageSettings storage = SparkStorage.settings(session);
    ExampleParser parser =
        config.shape().isRow()
            ? ExampleParser.ofWholeRows()
            : new ExampleParser(config.promptKey(), config.secondKey());
    AskedRows asked = new AskedRows(config.shape(), config.model().adapters());
    if (plan.isParquet()) {
      List<String> files =
          inputs.stream().map(f -> SparkStorage.uri(Store.with(storage), f.path())).toList();
      return new ParquetPrompts(session, parser, asked, files).table();
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    return new JsonPrompts(context, storage, parser, asked).table(plan.parts());
  }
}
