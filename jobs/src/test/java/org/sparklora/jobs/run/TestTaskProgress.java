package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.screen.Screen;
import scala.Option;
import scala.Tuple4;
import scala.collection.JavaConverters;
import scala.collection.Seq;

class TestTaskProgress {
  private static final SparkSession SESSION = LocalSpark.session();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void aTerminalHasOneLineThatIsDrawnAgainAndTakenAway() throws Exception {
    String shown =
        shown(new TaskProgress(Screen.on(out, Optional.of(() -> 100), Duration.ZERO)), false);
    assertTrue(shown.contains("\r\u001b[Kcount to 4: 1 of 4 tasks, left "), shown);
    assertTrue(shown.contains("\r\u001b[Kcount to 4: 4 of 4 tasks, left 0:00:00"), shown);
    assertTrue(shown.endsWith("\r\u001b[K"), shown);
    assertEquals(0, shown.chars().filter(c -> c == '\n').count());
  }

  @Test
  void elsewhereThereAreLinesAtLongIntervals() throws Exception {
    String shown = shown(new TaskProgress(Screen.on(out, Optional.empty(), Duration.ZERO)), false);
    assertEquals(4, shown.lines().count(), shown);
    bytes.reset();
    assertEquals(
        "", shown(new TaskProgress(Screen.on(out, Optional.empty(), Duration.ofDays(1))), false));
  }

  @Test
  void rowsAndMegabytesOfACorpusAreCounted(@TempDir Path folder) throws Exception {
    TaskProgress progress = new TaskProgress(Screen.on(out, Optional.empty(), Duration.ZERO));
    SESSION.sparkContext().addSparkListener(progress);
    try {
      new TokenizeCorpus(SESSION, folder).run();
      SESSION.sparkContext().listenerBus().waitUntilEmpty();
    } finally {
      SESSION.sparkContext().removeSparkListener(progress);
    }
    String shown = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(
        shown
            .lines()
            .anyMatch(
                l -> l.matches(".* of \\d+ tasks, \\d+ rows, \\d+ rows/s, 0\\.\\d MB, left .*")),
        shown);
  }

  @Test
  void executorsTellOfTasksThatRun() throws Exception {
    TaskProgress progress = new TaskProgress(Screen.on(out, Optional.of(() -> 100), Duration.ZERO));
    SESSION.sparkContext().addSparkListener(progress);
    SparkListener telling =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            progress.onExecutorMetricsUpdate(told(start.taskInfo().taskId(), start.stageId(), 5));
          }
        };
    SESSION.sparkContext().addSparkListener(telling);
    try {
      String shown = shown(progress, false);
      assertTrue(shown.contains("count to 4: 0 of 4 tasks, 5 rows, "), shown);
    } finally {
      SESSION.sparkContext().removeSparkListener(telling);
      SESSION.sparkContext().removeSparkListener(progress);
    }
  }

  private static SparkListenerExecutorMetricsUpdate told(long task, int stage, long rows) {
    AccumulableInfo info =
        new AccumulableInfo(
            1,
            Option.apply("internal.metrics.input.recordsRead"),
            Option.apply(rows),
            Option.empty(),
            true,
            true,
            Option.empty());
    Tuple4<Object, Object, Object, Seq<AccumulableInfo>> update =
        new Tuple4<>(task, stage, 0, JavaConverters.asScalaBuffer(List.of(info)).toSeq());
    return new SparkListenerExecutorMetricsUpdate(
        "1",
        JavaConverters.asScalaBuffer(List.of(update)).toSeq(),
        scala.collection.immutable.Map$.MODULE$.empty());
  }

  @Test
  void ranksOfATrainingTellItThemselves() throws Exception {
    assertEquals(
        "", shown(new TaskProgress(Screen.on(out, Optional.of(() -> 100), Duration.ZERO)), true));
  }

  private String shown(TaskProgress progress, boolean inGroup) throws Exception {
    SparkContext context = SESSION.sparkContext();
    context.addSparkListener(progress);
    try {
      if (inGroup) {
        context.setJobGroup("a group", "count to 4", true);
      }
      context.setJobDescription("count to 4");
      JavaSparkContext.fromSparkContext(context).parallelize(List.of(1, 2, 3, 4), 4).count();
      context.listenerBus().waitUntilEmpty();
    } finally {
      context.clearJobGroup();
      context.setJobDescription(null);
      context.removeSparkListener(progress);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
