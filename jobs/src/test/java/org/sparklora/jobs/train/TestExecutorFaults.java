package org.sparklora.jobs.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.ExecutorBreakpoint;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.run.Signal;
import org.sparklora.jobs.run.StandaloneCluster;
import org.sparklora.jobs.tokenize.TokenizeCorpus;

/**
 * Executors that are killed or frozen at planted points of a run of 8 steps with a checkpoint and
 * an evaluation every 2. Two ranks on a standalone cluster of three machines, so that one is to
 * spare.
 */
@Tag("cluster")
class TestExecutorFaults {
  private static final int MACHINES = 3;
  private static final long FROZEN_SECONDS = 4;

  @TempDir static Path shared;
  private static Path table;
  private static TrainRun undisturbed;
  private static StandaloneCluster machines;
  private static ClusterSpark cluster;

  private final List<ExecutorBreakpoint> breakpoints = new ArrayList<>();

  /** Where a rank stands when it happens, in step 6 or the save after it. */
  enum Point {
    FORWARD_PASS("org.sparklora.model.DecoderLayer", "forward", 4),
    EVALUATION("org.sparklora.train.EvaluationPass", "part", 4),
    ALL_REDUCE("org.sparklora.collective.SumOperation", "end", 4),
    FIRST_WRITE_OF_A_CHECKPOINT("org.sparklora.checkpoint.CommittedFolder", "write", 4),
    LAST_WRITE_OF_A_CHECKPOINT("org.sparklora.checkpoint.CommittedFolder", "checkArrived", 4),
    ROTATION("org.sparklora.checkpoint.Checkpoints", "delete", 6);

    private final String className;
    private final String method;
    private final int resumedFrom;

    Point(String className, String method, int resumedFrom) {
      this.className = className;
      this.method = method;
      this.resumedFrom = resumedFrom;
    }
  }

  @BeforeAll
  static void trainUndisturbed() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), shared);
    corpus.run();
    table = corpus.table();
    undisturbed =
        evaluating(new TrainRun(LocalSpark.session(), table, shared.resolve("undisturbed")));
    undisturbed.run();
    machines = StandaloneCluster.ofTests(Files.createDirectory(shared.resolve("cluster")));
    machines.workers(MACHINES);
    cluster =
        ClusterSpark.start(
            machines.master(), Map.of("spark.executor.extraJavaOptions", ExecutorBreakpoint.AGENT));
  }

  @BeforeEach
  void restoreMachines() throws Exception {
    machines.workers(MACHINES);
    cluster.awaitExecutors(MACHINES);
  }

  /** A process has room for one debugger. */
  @AfterEach
  void removeTraps() throws InterruptedException {
    for (ExecutorBreakpoint breakpoint : breakpoints) {
      breakpoint.release().join(TimeUnit.SECONDS.toMillis(10));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    machines.close();
  }

  @ParameterizedTest
  @EnumSource
  void aKilledExecutorCostsAtMostOneCheckpointInterval(Point point) throws Exception {
    FaultyRun run = faulty(point, "killed-" + point, ProcessHandle::destroyForcibly);
    run.train();
    run.assertNoticedWithin(10, "killed");
    assertArrayEquals(undisturbed.adapter(), run.job().adapter());
    assertEquals(point.resumedFrom, run.resumedFrom());
  }

  @ParameterizedTest
  @EnumSource(names = {"FORWARD_PASS", "FIRST_WRITE_OF_A_CHECKPOINT", "LAST_WRITE_OF_A_CHECKPOINT"})
  void aFrozenExecutorIsLostAndWritesNothingWhenItWakes(Point point) throws Exception {
    FaultyRun run = faulty(point, "frozen-" + point, Signal.STOP::to);
    run.job().with("exchange_timeout", FROZEN_SECONDS + "s");
    run.train();
    run.assertNoticedWithin(5 * FROZEN_SECONDS, "frozen");
    assertArrayEquals(undisturbed.adapter(), run.job().adapter());
    assertEquals(point.resumedFrom, run.resumedFrom());

    Map<Path, String> written = content(run.job().output());
    run.wake();
    cluster.awaitIdle();
    assertEquals(written, content(run.job().output()));
  }

  @Test
  void withNothingToReplaceTheDeadTheRunGoesOnWithFewerRanks() throws Exception {
    loseOneMachine();
    FaultyRun run = faulty(Point.FORWARD_PASS, "fewer", machines::loseMachineOf);
    run.job().with("executor_wait", "2s");
    run.train();
    run.assertNoticedWithin(10, "killed, not replaced");
    assertEquals(4, run.resumedFrom());
    undisturbed.assertClose(run.job());
  }

  @Test
  void belowMinRanksTheRunEndsWithExitCode4AndGoesOnLater() throws Exception {
    loseOneMachine();
    FaultyRun run = faulty(Point.FORWARD_PASS, "too-few", machines::loseMachineOf);
    run.job().with("executor_wait", "2s").with("min_ranks", "2");
    Failure failure = assertThrows(Failure.class, run::train);
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot train, too few executors came within 2 s: slots for 1 ranks (expected at least 2)."
            + " Give the application more executors, raise --executor_wait or lower --min_ranks.",
        failure.getMessage());
    assertFalse(Files.exists(run.job().output().resolve("_published.json")));

    restoreMachines();
    TrainRun again = run("too-few");
    again.run();
    assertTrue(first(again).startsWith("step 5/"), first(again));
    assertArrayEquals(undisturbed.adapter(), again.adapter());
  }

  @Test
  void killedAgainAndAgainWithoutProgressTheRunEndsWithExitCode8() throws Exception {
    TrainRun run = run("again");
    breakpoint(Point.FORWARD_PASS, ProcessHandle::destroyForcibly)
        .fromStep(6)
        .arm(cluster.executors());
    run.watched(
        line -> {
          if (line.startsWith("Generation ")) {
            // each of these begins with step 5
            ExecutorBreakpoint next =
                breakpoint(Point.FORWARD_PASS, ProcessHandle::destroyForcibly).fromStep(2);
            next.arm(cluster.executors());
          }
        });
    Failure failure = assertThrows(Failure.class, run::run);
    // The word of the rank that is left, unless Spark hears of the lost executor before it.
    assertEquals(ExitCode.WORKERS, failure.exitCode());
    assertTrue(
        failure
            .getMessage()
            .matches(
                "Cannot go on training, the ranks failed 4 times in a row without a new checkpoint,"
                    + " at last: (Cannot .*, rank \\d at 127\\.0\\.0\\.\\d+:\\d+ .*|Job aborted due"
                    + " to stage failure: .*) \\(expected progress\\)\\. Mend that and start again;"
                    + " newest checkpoint: step 4\\."),
        failure.getMessage());
    // The generation that reached step 4 failed too, but had made a checkpoint.
    assertEquals(4, breakpoints.stream().filter(t -> t.caught().isPresent()).count());
    removeTraps();

    TrainRun later = run("again");
    later.run();
    assertTrue(first(later).startsWith("step 5/"), first(later));
    assertArrayEquals(undisturbed.adapter(), later.adapter());
  }

  @Test
  void anExecutorKilledBeforeTheFirstGenerationIsReplaced() throws Exception {
    String question = "org.sparklora.jobs.train.HostReport$Question";
    ExecutorBreakpoint breakpoint =
        new ExecutorBreakpoint(question, "run", ProcessHandle::destroyForcibly);
    breakpoints.add(breakpoint);
    TrainRun run = run("asked");
    breakpoint.arm(cluster.executors());
    run.run();
    assertTrue(breakpoint.caught().isPresent());
    assertTrue(first(run).startsWith("Generation 0 failed (1 of 4 "), first(run));
    assertArrayEquals(undisturbed.adapter(), run.adapter());
  }

  @Test
  void anyNumberOfExecutorsGoesOnFromAnyOther() throws Exception {
    machines.workers(4);
    cluster.awaitExecutors(4);
    int[] ranks = {1, 4, 2, 3};
    for (int part = 0; part < ranks.length; part++) {
      long last = 2L * (part + 1);
      TrainRun run = run("ranks").with("num_ranks", "" + ranks[part]);
      run.with("per_device_train_batch_size", "8");
      if (last < 8) {
        Failure stopped = assertThrows(Failure.class, run.stoppedAfter(last)::run);
        assertEquals(ExitCode.STOPPED, stopped.exitCode());
      } else {
        run.run();
        undisturbed.assertClose(run);
      }
      // an evaluation that the stop gave up comes first
      String step = run.lines().stream().filter(l -> l.startsWith("step ")).findFirst().orElse("");
      assertTrue(step.startsWith("step " + (last - 1) + "/"), step);
    }
  }

  /** Time and hash of every file. */
  private static Map<Path, String> content(Path folder) throws Exception {
    Map<Path, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        String hash = Sha256.of(Files.readAllBytes(file)).hex();
        String time = Files.getLastModifiedTime(file).toString();
        content.put(file, time + " " + hash);
      }
    }
    return content;
  }

  private FaultyRun faulty(Point point, String name, Consumer<ProcessHandle> fault) {
    return new FaultyRun(run(name), cluster, breakpoint(point, fault));
  }

  private ExecutorBreakpoint breakpoint(Point point, Consumer<ProcessHandle> fault) {
    ExecutorBreakpoint breakpoint = new ExecutorBreakpoint(point.className, point.method, fault);
    breakpoints.add(breakpoint);
    return breakpoint;
  }

  private void loseOneMachine() throws Exception {
    machines.loseMachineOf(cluster.executors().get(0));
    TimeUnit.SECONDS.sleep(1);
  }

  private TrainRun run(String name) {
    return evaluating(new TrainRun(cluster.session(), table, shared.resolve(name)))
        .with("save_total_limit", "1");
  }

  /** Behind the word about its evaluation, which is on the rows that are trained on. */
  private static String first(TrainRun run) {
    List<String> lines = run.lines();
    assertTrue(lines.get(0).startsWith("The evaluation table shares rows"), lines.get(0));
    return lines.get(1);
  }

  private static TrainRun evaluating(TrainRun run) {
    return run.with("max_steps", "8")
        .with("eval_dataset", table.toString())
        .with("eval_steps", "2")
        .with("eval_on_start", "false");
  }
}
