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

  private FeatureColumns() {}

  static Row row(FeatureRow row) {
    return RowFactory.create(row.inputIds(), row.seqLen(), row.length());
  }

  /** Reads the first two columns, whatever their integer widths. */
  static FeatureRow featureRow(Row row) {
    int[] ids = row.<Number>getList(0).stream().mapToInt(Number::intValue).toArray();
    return new FeatureRow(ids, ((Number) row.get(1)).intValue());
  }
}
