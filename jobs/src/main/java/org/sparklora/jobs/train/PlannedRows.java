package org.sparklora.jobs.train;

import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.sparklora.Vocabulary;
import org.sparklora.corpus.MappedRows;
import org.sparklora.feature.FeatureRow;
import org.sparklora.feature.PackedRow;
import org.sparklora.jobs.spark.TableRows;
import org.sparklora.plan.Assignment;
import org.sparklora.plan.PlannedRow;
import org.sparklora.plan.RowPlan;
import scala.Tuple2;

/** The plan as one shuffle: each row of the table goes to its rank, sorted by step and slot. */
final class PlannedRows {
  /** The labels of its step travel with a row. */
  private static final int HEAD = 1;

  private PlannedRows() {}

  /** Each row where the plan has it; fails on an id that is not of {@code vocabulary}. */
  static JavaRDD<Tuple2<PlanKey, int[]>> assigned(
      SparkSession session, TableRows table, RowPlan plan, Vocabulary vocabulary) {
    Broadcast<RowPlan> shared =
        JavaSparkContext.fromSparkContext(session.sparkContext()).broadcast(plan);
    return table.map(rows -> new AssignedRows(rows, shared.value(), vocabulary));
  }

  /** One partition per rank. */
  static JavaRDD<Tuple2<PlanKey, int[]>> sorted(
      JavaRDD<Tuple2<PlanKey, int[]>> assigned, int ranks) {
    return JavaPairRDD.fromJavaRDD(assigned)
        .repartitionAndSortWithinPartitions(new ByRank(ranks), Comparator.<PlanKey>naturalOrder())
        .map(pair -> pair);
  }

  /** What {@link #packed} packed, as the trainer takes it. */
  static Iterator<PlannedRow> unpacked(Iterator<Tuple2<PlanKey, int[]>> rows) {
    return new MappedRows<>(rows, r -> java.util.Optional.of(unpacked(r._1(), r._2())));
  }

  private static int[] packed(Assignment assignment, FeatureRow row) {
    return PackedRow.of(row, assignment.stepLabels());
  }

  private static PlannedRow unpacked(PlanKey key, int... packed) {
    return new PlannedRow(key.step(), key.slot(), packed[0], PackedRow.row(packed, HEAD));
  }

  /** Every assignment of every row in one part of the table. */
  private static final class AssignedRows implements Iterator<Tuple2<PlanKey, int[]>> {
    private final Iterator<TableRows.Indexed> rows;
    private final RowPlan plan;
    private final Vocabulary vocabulary;
    private Iterator<Assignment> assignments = List.<Assignment>of().iterator();
    private FeatureRow row;

    AssignedRows(Iterator<TableRows.Indexed> rows, RowPlan plan, Vocabulary vocabulary) {
      this.rows = rows;
      this.plan = plan;
      this.vocabulary = vocabulary;
    }

    @Override
    public boolean hasNext() {
      while (!assignments.hasNext() && rows.hasNext()) {
        TableRows.Indexed next = rows.next();
        row = next.known(vocabulary, "train");
        assignments = plan.assignments(next.index()).iterator();
      }
      return assignments.hasNext();
    }

    @Override
    public Tuple2<PlanKey, int[]> next() {
      Assignment next = assignments.next();
      PlanKey key = new PlanKey(next.rank(), next.step(), next.slot());
      return new Tuple2<>(key, packed(next, row));
    }
  }

  private static final class ByRank extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int ranks;

    ByRank(int ranks) {
      this.ranks = ranks;
    }

    @Override
    public int numPartitions() {
      return ranks;
    }

    @Override
    public int getPartition(Object key) {
      return ((PlanKey) key).rank();
    }
  }
}
