package org.sparklora.jobs.spark;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfile;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** One barrier stage: all its tasks run at the same time, or none. */
public final class BarrierStage {
  private BarrierStage() {}

  /** What each task does; its single result goes to the driver. */
  public interface Work<T, R> extends Serializable {
    R run(Iterator<T> rows) throws Exception;
  }

  /** Runs the stage and returns the tasks' results in partition order. */
  public static <T, R> List<R> run(
      JavaRDD<T> rows, Optional<ResourceProfile> claims, Work<T, R> work) {
    ClassTag<R> tag = ClassTag$.MODULE$.apply(Object.class);
    RDD<R> results = rows.rdd().barrier().mapPartitions(new OneResult<>(work), false, tag);
    claims.ifPresent(results::withResources);
    return new JavaRDD<>(results, tag).collect();
  }

  private static final class OneResult<T, R>
      extends AbstractFunction1<scala.collection.Iterator<T>, scala.collection.Iterator<R>>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Work<T, R> work;

    OneResult(Work<T, R> work) {
      this.work = work;
    }

    @Override
    public scala.collection.Iterator<R> apply(scala.collection.Iterator<T> rows) {
      return JavaConverters.asScalaIterator(
          List.of(result(JavaConverters.asJavaIterator(rows))).iterator());
    }

    private R result(Iterator<T> rows) {
      return TaskEdge.around(() -> done(rows));
    }

    private R done(Iterator<T> rows) {
      try {
        return work.run(rows);
      } catch (RuntimeException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException("Cannot finish a task of the barrier stage: " + e, e);
      }
    }
  }
}
