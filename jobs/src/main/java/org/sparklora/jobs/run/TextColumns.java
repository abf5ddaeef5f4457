package org.sparklora.jobs.run;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparklora.jobs.spark.LiteralPaths;

/** Columns of Parquet input: only those that are wanted are read. */
public final class TextColumns {
  private TextColumns() {}

  /** The columns of these names as bytes, which every file has; names differ by case, too. */
  public static Dataset<Row> read(SparkSession session, List<String> files, List<String> keys) {
    session.conf().set("spark.sql.caseSensitive", "true");
    StructType schema = new StructType();
    for (String key : keys) {
      schema = schema.add(key, DataTypes.BinaryType);
    }
    return LiteralPaths.parquet(LiteralPaths.reader(session).schema(schema), files);
  }

  /** All columns, of any type. */
  public static Dataset<Row> read(SparkSession session, List<String> files) {
    session.conf().set("spark.sql.caseSensitive", "true");
    return LiteralPaths.parquet(LiteralPaths.reader(session), files);
  }

  /** The columns of these names, as far as they are there, as the JSON text of an object. */
  public static Column json(Dataset<Row> rows, Collection<String> wanted) {
    Column[] columns =
        Arrays.stream(rows.columns())
            .filter(wanted::contains)
            .map(TextColumns::column)
            .toArray(Column[]::new);
    return functions.to_json(functions.struct(columns), Map.of("ignoreNullFields", "false"));
  }

  public static Column column(String key) {
    return functions.col("`" + key.replace("`", "``") + "`");
  }
}
