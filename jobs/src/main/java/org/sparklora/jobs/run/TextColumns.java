package org.sparklora.jobs.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.encode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparklora.corpus.ParquetCorpus;
import org.sparklora.jobs.spark.LiteralPaths;
import org.sparklora.storage.Store;

/** Columns of Parquet input: only those that are wanted are read. */
public final class TextColumns {
  private static final String REPLACEMENT = "\ufffd";

  /** Of whole rows: the bytes of their text, the URI of their file, their number in it. */
  public static final String JSON = "json";

  public static final String FILE = "file";
  public static final String NUMBER = "number";

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

  /**
   * Whole rows as the bytes of the JSON text of the wanted columns, as far as files have them. Each
   * file is read with its own types.
   *
   * @param placed with {@link #FILE} and {@link #NUMBER}: a GPU leaves a scan that asks for them
   */
  public static Dataset<Row> rows(
      SparkSession session,
      Store store,
      List<String> files,
      Collection<String> wanted,
      boolean placed) {
    session.conf().set("spark.sql.caseSensitive", "true");
    return ParquetCorpus.schemas(store, files, wanted).entrySet().stream()
        .map(schema -> rows(session, schema(schema.getKey()), schema.getValue(), placed))
        .reduce(Dataset::union)
        .orElseThrow();
  }

  private static StructType schema(String words) {
    return words.isEmpty() ? new StructType() : StructType.fromDDL(words);
  }

  private static Dataset<Row> rows(
      SparkSession session, StructType schema, List<String> files, boolean placed) {
    List<Column> columns = new ArrayList<>(List.of(json(schema).as(JSON)));
    if (placed) {
      columns.add(file().as(FILE));
      columns.add(number().as(NUMBER));
    }
    return LiteralPaths.parquet(LiteralPaths.reader(session).schema(schema), files)
        .select(columns.toArray(Column[]::new));
  }

  private static Column json(StructType schema) {
    Column[] columns =
        Arrays.stream(schema.fieldNames()).map(TextColumns::column).toArray(Column[]::new);
    return columns.length == 0 ? lit("{}").cast(DataTypes.BinaryType) : json(struct(columns));
  }

  /** Spark replaces what is not UTF-8; such a row keeps its bytes instead, which are no text. */
  private static Column json(Column row) {
    Column json = to_json(row, Map.of("ignoreNullFields", "false"));
    Column values = row.cast(DataTypes.StringType);
    Column isText = encode(values, "UTF-8").equalTo(values.cast(DataTypes.BinaryType));
    return when(json.contains(REPLACEMENT).and(not(isText)), values.cast(DataTypes.BinaryType))
        .otherwise(json.cast(DataTypes.BinaryType));
  }

  /** The URI of a row's file, while it is read. */
  public static Column file() {
    return col("_metadata.file_path");
  }

  /** Of a row in its file, while it is read. */
  public static Column number() {
    return col("_metadata.row_index");
  }

  public static Column column(String key) {
    return col("`" + key.replace("`", "``") + "`");
  }
}
