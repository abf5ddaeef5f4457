package org.sparklora.jobs.run;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.sparklora.Failure;

/** Columns of Parquet input that hold prompts or targets. */
public final class TextColumns {
  private TextColumns() {}

  /** The column of this name, which has to exist and hold text. */
  public static Column require(StructType schema, String key) {
    List<String> names = List.of(schema.fieldNames());
    if (!names.contains(key)) {
      throw Failure.input(
          "Cannot read the input, the Parquet files have no such column: %s (expected one of %s). Change --prompt_key or --target_key."
              .formatted(key, String.join(", ", names)));
    }
    StructField field = schema.apply(key);
    if (!field.dataType().equals(DataTypes.StringType)) {
      throw Failure.input(
          "Cannot read the input, a Parquet column holds no text: %s is %s (expected string). Choose another column."
              .formatted(key, field.dataType().simpleString()));
    }
    return functions.col("`" + key.replace("`", "``") + "`");
  }
}
