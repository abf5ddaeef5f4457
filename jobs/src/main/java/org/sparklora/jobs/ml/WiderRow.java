package org.sparklora.jobs.ml;

import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** A row with one more value. */
final class WiderRow {
  private WiderRow() {}

  static Row of(Row row, Object value) {
    Object[] values = new Object[row.length() + 1];
    Arrays.setAll(values, i -> i < row.length() ? row.get(i) : value);
    return RowFactory.create(values);
  }
}
