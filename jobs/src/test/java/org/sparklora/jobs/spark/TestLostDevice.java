package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.engine.EngineException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.run.ClusterSpark;

/** The words of a GPU that failed, from a task on an executor without one. */
@Tag("spark")
class TestLostDevice {
  @TempDir Path folder;

  @Test
  void theExecutorIsGivenUpAndReplaced() throws Exception {
    try (ClusterSpark cluster = ClusterSpark.start(1)) {
      cluster.awaitExecutors(1);
      Path first = folder.resolve("first");
      JavaRDD<Integer> one =
          JavaSparkContext.fromSparkContext(cluster.session().sparkContext())
              .parallelize(List.of(1), 1);
      BarrierStage.Work<Integer, String> work = new FailsOnce(first.toString());
      assertThrows(Exception.class, () -> BarrierStage.run(one, Optional.empty(), work));
      String lost = Files.readString(first);
      assertNotEquals(lost, onAnother(one, work));
    }
  }

  /** The driver may hear late that the first one is gone. */
  private static String onAnother(JavaRDD<Integer> one, BarrierStage.Work<Integer, String> work)
      throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (true) {
      try {
        return BarrierStage.run(one, Optional.empty(), work).get(0);
      } catch (Exception e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        TimeUnit.SECONDS.sleep(1);
      }
    }
  }

  /** Fails where it runs first, and leaves the executor's name there. */
  private record FailsOnce(String first) implements BarrierStage.Work<Integer, String> {
    private static final long serialVersionUID = 1L;

    @Override
    public String run(Iterator<Integer> rows) throws Exception {
      String here = SparkEnv.get().executorId();
      if (Files.exists(Path.of(first))) {
        return here;
      }
      Files.writeString(Path.of(first), here);
      throw new EngineException("CUDA error: device-side assert triggered");
    }
  }
}
