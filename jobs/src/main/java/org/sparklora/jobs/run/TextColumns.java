package org.sparklora.jobs.run;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparklora.jobs.spark.LiteralPaths;

/** Columns of Parquet input that hold prompts or targets: only these are read, as bytes. */
public final class TextColumns {
  private TextColumns() {}

  /** The columns of these names, which every file has; names differ by case, too. */
  public static Dataset<Row> read(SparkSession session, List<String> files, List<String> keys) {
    session.conf().set("spark.sql.caseSensitive", "true");
    StructType schema = new StructType();
    for (String key : keys) {
      schema = schema.add(key, DataTypes.BinaryType);
    }
    return LiteralPaths.reader(session).schema(schema).parquet(LiteralPaths.escaped(files));
  }

  public static Column column(String key) {
    return functions.col("`" + key.replace("`", "``") + "`");
  }
}
