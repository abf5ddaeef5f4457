package org.sparklora.jobs.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.jobs.run.ClusterSpark;

/** What tasks on executors throw, and what the driver makes of it. */
@Tag("spark")
@Timeout(360)
class TestTaskEdge {
  private static ClusterSpark cluster;
  private static SparkSession session;

  @BeforeAll
  static void start() throws Exception {
    cluster =
        ClusterSpark.start(
            "local-cluster[1,1,1024]",
            Map.of("spark.executor.extraJavaOptions", "-Duser.language=ar -Duser.country=EG"));
    session = cluster.session();
    cluster.awaitExecutors(1);
    FailedTasks.hear(session.sparkContext());
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void whatNoAttemptCanDoIsTriedOnceAndToldInItsWords() throws Exception {
    Ends ends = new Ends();
    Failure told = failed(n -> input("Cannot read the row 3, it is bad."));
    assertEquals(ExitCode.INPUT, told.exitCode());
    assertEquals("Cannot read the row 3, it is bad.", told.getMessage());
    assertEquals(List.of("TaskKilled"), ends.reasons());
  }

  @Test
  void anErrorIsToldAndItsExecutorLivesOn() throws Exception {
    cluster.awaitExecutors(1);
    List<ProcessHandle> before = cluster.executors();
    Failure told =
        failed(
            n -> {
              throw new OutOfMemoryError("Java heap space");
            });
    assertEquals(ExitCode.CLUSTER, told.exitCode());
    assertTrue(
        told.getMessage()
            .matches("Cannot go on, an executor \\(\\S+\\) has too little Java heap.*"),
        told.getMessage());
    assertTrue(told.getMessage().contains("Raise --executor-memory"), told.getMessage());
    assertEquals(before, cluster.executors());
  }

  @Test
  void numbersOfAnExecutorAreWrittenAlikeInEveryCountry() {
    Failure told = failed(n -> input("Cannot read the row %d, it is bad.".formatted(1234 + n)));
    assertEquals("Cannot read the row 1234, it is bad.", told.getMessage());
  }

  /** Another attempt may have begun before the driver hears of the first. */
  @Test
  void aDamagedPageOfSparksOwnReaderIsNotTriedToTheEnd(@TempDir Path folder) throws Exception {
    Path table = folder.resolve("table");
    session.range(5_000).repartition(1).write().parquet(table.toString());
    try (Stream<Path> files = Files.list(table)) {
      Path file = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(file);
      Arrays.fill(bytes, 4, 200, (byte) 0x7b);
      Files.write(file, bytes);
      Files.delete(
          file.resolveSibling("." + file.getFileName() + ".crc")); // else it is the store's
    }
    Ends ends = new Ends();
    Exception thrown =
        assertThrows(
            Exception.class,
            () -> session.read().parquet(table.toString()).selectExpr("sum(id)").collectAsList());
    Failure told = Causes.failureOrStorage(thrown).orElseThrow();
    assertEquals(ExitCode.INPUT, told.exitCode());
    assertTrue(
        told.getMessage().startsWith("Cannot read a Parquet file, its data is damaged: " + table),
        told.getMessage());
    // reading the schema is a task that succeeds
    List<String> ended = ends.reasons();
    assertTrue(ended.stream().filter(e -> !e.equals("Success$")).count() <= 2, ended.toString());
  }

  @Test
  void aStoreThatFailsIsTriedAgain() throws Exception {
    Ends ends = new Ends();
    Failure told =
        failed(
            n -> {
              throw Failure.storage("Cannot write the file, the store failed.", null);
            });
    assertEquals(ExitCode.STORAGE, told.exitCode());
    assertEquals(4, ends.reasons().size(), ends.reasons().toString());
  }

  @Tag("cluster")
  @Test
  void anExecutorThatEndsOnceTooOftenIsNoDefect() {
    Failure told =
        failed(
            n -> {
              Runtime.getRuntime().halt(52);
              return n;
            });
    assertEquals(ExitCode.WORKERS, told.exitCode());
    assertTrue(
        told.getMessage()
            .matches(
                "Cannot go on, an executor was lost once too often: executor \\d+, .* \\(expected it to live\\)\\. Raise --executor-memory or .*"),
        told.getMessage());
  }

  private static int input(String message) {
    throw Failure.input(message);
  }

  private interface Work extends Serializable {
    int of(int number);
  }

  /** The failure of a job with one task. */
  private static Failure failed(Work work) {
    FlatMapFunction<Iterator<Integer>, Integer> task = numbers -> mapped(numbers, work);
    Exception thrown =
        assertThrows(
            Exception.class,
            () ->
                JavaSparkContext.fromSparkContext(session.sparkContext())
                    .parallelize(IntStream.range(0, 5).boxed().toList(), 1)
                    .mapPartitions(TaskEdge.around(task))
                    .collect());
    return Causes.failureOrStorage(thrown).orElseThrow(() -> new AssertionError(thrown));
  }

  private static Iterator<Integer> mapped(Iterator<Integer> numbers, Work work) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return numbers.hasNext();
      }

      @Override
      public Integer next() {
        return work.of(numbers.next());
      }
    };
  }

  /** How the tasks of stages that begin from now on end; those of a test before may end late. */
  private static final class Ends extends SparkListener {
    private final List<String> reasons = new CopyOnWriteArrayList<>();
    private final Set<Integer> stages = ConcurrentHashMap.newKeySet();

    Ends() {
      session.sparkContext().addSparkListener(this);
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted begin) {
      stages.add(begin.stageInfo().stageId());
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (stages.contains(end.stageId())) {
        reasons.add(end.reason().getClass().getSimpleName());
      }
    }

    List<String> reasons() throws Exception {
      cluster.awaitIdle();
      return reasons;
    }
  }
}
