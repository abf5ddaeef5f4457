package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.screen.Screen;

class TestTaskProgress {
  private static final SparkSession SESSION = LocalSpark.session();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @Test
  void aTerminalHasOneLineThatIsDrawnAgainAndTakenAway() throws Exception {
    String shown = shown(new TaskProgress(Screen.on(out, true, Duration.ZERO)), false);
    assertTrue(shown.contains("\r\u001b[Kcount to 4: 1 of 4 tasks, left "), shown);
    assertTrue(shown.contains("\r\u001b[Kcount to 4: 4 of 4 tasks, left 0:00:00"), shown);
    assertTrue(shown.endsWith("\r\u001b[K"), shown);
    assertEquals(0, shown.chars().filter(c -> c == '\n').count());
  }

  @Test
  void elsewhereThereAreLinesAtLongIntervals() throws Exception {
    String shown = shown(new TaskProgress(Screen.on(out, false, Duration.ZERO)), false);
    assertEquals(4, shown.lines().count(), shown);
    bytes.reset();
    assertEquals("", shown(new TaskProgress(Screen.on(out, false, Duration.ofDays(1))), false));
  }

  @Test
  void rowsAndMegabytesOfACorpusAreCounted(@TempDir Path folder) throws Exception {
    TaskProgress progress = new TaskProgress(Screen.on(out, false, Duration.ZERO));
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
  void ranksOfATrainingTellItThemselves() throws Exception {
    assertEquals("", shown(new TaskProgress(Screen.on(out, true, Duration.ZERO)), true));
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
