package org.sparklora.jobs.ml;

import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Answers a column of prompts with a base and at most one adapter, a mix, or an adapter of each
 * row's own. The same prompt gets the same answer however the table is cut.
 */
public final class TextGenerator extends TextColumn<TextGenerator> {
  private static final long serialVersionUID = 1L;

  public TextGenerator() {
    this(Identifiable$.MODULE$.randomUID("textGenerator"));
  }

  public TextGenerator(String uid) {
    super(uid);
    GeneratorFlags.parameters(this).forEach(this::add);
  }

  /** A stage that was saved. */
  public static TextGenerator load(String path) {
    return read().load(path);
  }

  /** Spark's pipelines ask for it by name. */
  public static MLReader<TextGenerator> read() {
    return new DefaultParamsReader<>();
  }

  /** DJL's word for {@link #transform}. */
  public Dataset<Row> generate(Dataset<?> table) {
    return transform(table);
  }

  /** An adapter's folder, ours or PEFT's. */
  public TextGenerator setAdapter(String adapter) {
    return setAdapters(List.of(adapter));
  }

  /** Several, each as DIR, NAME=DIR or NAME=DIR:WEIGHT. */
  public TextGenerator setAdapters(List<String> adapters) {
    return with("adapter", adapters.toArray(String[]::new));
  }

  /** How much of each adapter answers, as {@code a=0.7,b=0.3}. */
  public TextGenerator setMix(String mix) {
    return with("mix", mix);
  }

  /** A column that names each row's adapter or mix. */
  public TextGenerator setAdapterCol(String column) {
    return with(GeneratorFlags.ADAPTER_COLUMN, column);
  }

  public TextGenerator setTrustBase(boolean trust) {
    return with("trustBase", trust);
  }

  public TextGenerator setBaseDtype(String type) {
    return with("baseDtype", type);
  }

  public TextGenerator setWeightsCache(String folder) {
    return with("weightsCache", folder);
  }

  public TextGenerator setPromptForm(String form) {
    return with("promptForm", form);
  }

  public TextGenerator setPromptFormat(String format) {
    return with("promptFormat", format);
  }

  public TextGenerator setBatchSize(int rows) {
    return with("batchSize", rows);
  }

  public TextGenerator setMaxNewTokens(int tokens) {
    return with("maxNewTokens", tokens);
  }

  public TextGenerator setMinNewTokens(int tokens) {
    return with("minNewTokens", tokens);
  }

  public TextGenerator setTemperature(double temperature) {
    return with("temperature", temperature);
  }

  public TextGenerator setTopK(int k) {
    return with("topK", k);
  }

  public TextGenerator setTopP(double p) {
    return with("topP", p);
  }

  public TextGenerator setRepetitionPenalty(double penalty) {
    return with("repetitionPenalty", penalty);
  }

  public TextGenerator setStop(List<String> texts) {
    return with("stop", texts.toArray(String[]::new));
  }

  public TextGenerator setSeed(long seed) {
    return with("seed", seed);
  }

  @Override
  DataType made() {
    return DataTypes.StringType;
  }

  @Override
  public StructType transformSchema(StructType schema) {
    GeneratorFlags flags = GeneratorFlags.of(this);
    if (flags.model().adapters().isPerRow()) {
      requireText(schema, flags.model().adapters().column());
    }
    return super.transformSchema(schema);
  }

  @Override
  MapPartitionsFunction<Row, Row> task(SparkSession session, int text, StructType schema) {
    GeneratorFlags flags = GeneratorFlags.of(this);
    int adapter =
        flags.model().adapters().isPerRow()
            ? schema.fieldIndex(flags.model().adapters().column())
            : GenerateTask.NO_COLUMN;
    return new GenerateTask(flags.setup(session), text, adapter);
  }
}
