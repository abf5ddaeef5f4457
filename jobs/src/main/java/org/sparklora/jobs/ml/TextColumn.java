package org.sparklora.jobs.ml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparklora.Failure;

/**
 * A stage that reads a column of texts and adds one made of them by a model's files; rows without a
 * text get none. Spark finds its parameters by {@link #params}.
 *
 * @param <T> the stage itself, for calls in a chain
 */
public abstract class TextColumn<T extends TextColumn<T>> extends Transformer
    implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;
  private static final String INPUT = "inputCol";
  private static final String OUTPUT = "outputCol";
  private static final String MODEL = "modelUrl";

  private final String uid;
  private final Map<String, Param<?>> parameters = new LinkedHashMap<>();

  TextColumn(String uid) {
    this.uid = uid;
    add(new Param<String>(uid, INPUT, "column of texts"));
    add(new Param<String>(uid, OUTPUT, "column that is added"));
    add(new Param<String>(uid, MODEL, "base model: name under weights/, path or URI"));
  }

  final void add(Param<?> parameter) {
    parameters.put(parameter.name(), parameter);
  }

  @Override
  public String uid() {
    return uid;
  }

  /** In the order of their names, as Spark's own stages. */
  @Override
  public Param<?>[] params() {
    return parameters.keySet().stream().sorted().map(parameters::get).toArray(Param<?>[]::new);
  }

  public T setInputCol(String column) {
    return with(INPUT, column);
  }

  public T setOutputCol(String column) {
    return with(OUTPUT, column);
  }

  /** A name under {@code weights/}, a path, or a URI of HDFS or S3. */
  public T setModelUrl(String url) {
    return with(MODEL, url);
  }

  @SuppressWarnings("unchecked")
  final T with(String parameter, Object value) {
    set(parameter, value);
    return (T) this;
  }

  /** What the user set; text parameters that are not set are refused. */
  final String text(String parameter) {
    if (!isSet(getParam(parameter))) {
      throw Failure.usage(
          "Cannot transform the table, a parameter of %s is not set: %s (expected a value). Set it."
              .formatted(getClass().getSimpleName(), parameter));
    }
    return (String) getOrDefault(getParam(parameter));
  }

  final String modelUrl() {
    return text(MODEL);
  }

  @Override
  public StructType transformSchema(StructType schema) {
    requireText(schema, text(INPUT));
    String output = text(OUTPUT);
    if (List.of(schema.fieldNames()).contains(output)) {
      throw Failure.usage(
          "Cannot transform the table, it has such a column already: %s (expected a new name). Change outputCol."
              .formatted(output));
    }
    return schema.add(new StructField(output, made(), true, Metadata.empty()));
  }

  @Override
  public Dataset<Row> transform(Dataset<?> table) {
    StructType schema = table.schema();
    StructType wider = transformSchema(schema);
    MapPartitionsFunction<Row, Row> task =
        task(table.sparkSession(), schema.fieldIndex(text(INPUT)), schema);
    return table.toDF().mapPartitions(task, Encoders.row(wider));
  }

  @Override
  public T copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** The type of the new column. */
  abstract DataType made();

  /** What tasks do; looks at the model first. */
  abstract MapPartitionsFunction<Row, Row> task(SparkSession session, int text, StructType schema);

  static void requireText(StructType schema, String column) {
    if (!List.of(schema.fieldNames()).contains(column)) {
      throw Failure.usage(
          "Cannot transform the table, it has no such column: %s (expected one of %s). Change the parameter."
              .formatted(column, String.join(", ", schema.fieldNames())));
    }
    DataType type = schema.apply(column).dataType();
    if (!type.equals(DataTypes.StringType)) {
      throw Failure.usage(
          "Cannot transform the table, a column holds no texts: %s of type %s (expected string). Change the parameter, or cast the column."
              .formatted(column, type.simpleString()));
    }
  }
}
