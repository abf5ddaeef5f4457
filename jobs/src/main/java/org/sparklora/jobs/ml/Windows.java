package org.sparklora.jobs.ml;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;

/** Rows of a partition, some at a time, in the memory of that many. */
final class Windows implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final int most;
  private final UnaryOperator<List<Row>> work;
  private Iterator<Row> window = List.<Row>of().iterator();

  Windows(Iterator<Row> rows, int most, UnaryOperator<List<Row>> work) {
    this.rows = rows;
    this.most = most;
    this.work = work;
  }

  @Override
  public boolean hasNext() {
    if (!window.hasNext() && rows.hasNext()) {
      List<Row> next = new ArrayList<>();
      while (next.size() < most && rows.hasNext()) {
        next.add(rows.next());
      }
      window = StageEdge.around(() -> work.apply(next)).iterator();
    }
    return window.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return window.next();
  }
}
