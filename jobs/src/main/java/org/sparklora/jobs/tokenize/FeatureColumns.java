package org.sparklora.jobs.tokenize;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.sparklora.feature.Columns;
import org.sparklora.feature.FeatureRow;

/** A feature row as Spark's row. */
final class FeatureColumns {
  static final StructType SCHEMA =
      new StructType()
          .add(Columns.INPUT_IDS, DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add(Columns.SEQ_LEN, DataTypes.IntegerType, false)
          .add(Columns.LENGTH, DataTypes.IntegerType, false);

  /** With label spans. */
  static final StructType WITH_SPANS =
      SCHEMA.add(
          Columns.LABEL_SPANS, DataTypes.createArrayType(DataTypes.IntegerType, false), false);

  private FeatureColumns() {}

  static Row rowWithSpans(FeatureRow row) {
    return RowFactory.create(row.inputIds(), row.seqLen(), row.length(), row.spanColumn());
  }

  static Row row(FeatureRow row) {
    return RowFactory.create(row.inputIds(), row.seqLen(), row.length());
  }

  /** Reads ids, prompt length and spans, whatever their integer widths. */
  static FeatureRow featureRow(Row row) {
    int[] ids = ints(row, 0);
    int[] bounds = row.size() > 3 ? ints(row, 3) : new int[0];
    int seqLen = ((Number) row.get(1)).intValue();
    return new FeatureRow(ids, FeatureRow.spans(seqLen, ids.length, bounds));
  }

  private static int[] ints(Row row, int column) {
    return row.<Number>getList(column).stream().mapToInt(Number::intValue).toArray();
  }
}
