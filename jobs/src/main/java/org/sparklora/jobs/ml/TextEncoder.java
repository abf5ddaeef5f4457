package org.sparklora.jobs.ml;

import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparklora.Failure;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.StorageSettings;
import org.sparklora.storage.Store;

/**
 * A column of texts as the token ids that a base reads: {@code ids}, {@code type_ids} and {@code
 * attention_mask}.
 */
public final class TextEncoder extends TextColumn<TextEncoder> {
  private static final long serialVersionUID = 1L;
  private static final String MAX_LENGTH = "maxLength";

  public TextEncoder() {
    this(Identifiable$.MODULE$.randomUID("textEncoder"));
  }

  public TextEncoder(String uid) {
    super(uid);
    add(new IntParam(uid, MAX_LENGTH, "most tokens; longer texts are cut at their end"));
  }

  /** A stage that was saved. */
  public static TextEncoder load(String path) {
    return read().load(path);
  }

  /** Spark's pipelines ask for it by name. */
  public static MLReader<TextEncoder> read() {
    return new DefaultParamsReader<>();
  }

  /** DJL's word for {@link #transform}. */
  public Dataset<Row> encode(Dataset<?> table) {
    return transform(table);
  }

  public TextEncoder setMaxLength(int tokens) {
    return with(MAX_LENGTH, tokens);
  }

  @Override
  DataType made() {
    DataType ids = ArrayType.apply(DataTypes.LongType, false);
    return new StructType()
        .add("ids", ids, false)
        .add("type_ids", ids, false)
        .add("attention_mask", ids, false);
  }

  @Override
  MapPartitionsFunction<Row, Row> task(SparkSession session, int text, StructType schema) {
    StorageSettings storage = SparkStorage.settings(session);
    String folder = NamedPaths.of(session).model(Store.with(storage), modelUrl());
    return new EncodeTask(storage, folder, text, maxLength());
  }

  private int maxLength() {
    if (!isSet(getParam(MAX_LENGTH))) {
      return Integer.MAX_VALUE;
    }
    int most = (Integer) getOrDefault(getParam(MAX_LENGTH));
    if (most < 1) {
      throw Failure.usage(
          "Cannot transform the table, maxLength is no number of tokens: %d (expected at least 1). Correct it."
              .formatted(most));
    }
    return most;
  }
}
