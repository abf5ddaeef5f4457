package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Python;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.jobs.train.TrainRun;

/** {@code submit/report.sh} itself, with the application that `make build` made. */
@Tag("cluster")
@Timeout(300)
class TestReportScript {
  @TempDir Path folder;

  @Test
  void aRunUnderWayAnUnfinishedAndAnOldOneGetTheirPages() throws Exception {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), folder);
    corpus.run();
    Path output = folder.resolve("out put");
    CountDownLatch fifthStep = new CountDownLatch(1);
    TrainRun run =
        new TrainRun(LocalSpark.session(), corpus.table(), output)
            .with("max_steps", "1000000")
            .with("save_steps", "4")
            .watched(
                line -> {
                  if (line.startsWith("step 5/")) {
                    fifthStep.countDown();
                  }
                });
    CompletableFuture<Failure> training =
        CompletableFuture.supplyAsync(() -> assertThrows(Failure.class, run::run));
    assertTrue(fifthStep.await(100, TimeUnit.SECONDS), run.lines().toString());
    String underWay = reported(output);
    assertTrue(underWay.contains(" of 1000000 steps are trained and saved."), underWay);
    run.stop().ask();
    assertEquals(ExitCode.STOPPED, training.get().exitCode());
    assertTrue(reported(output).contains(" of 1000000 steps are trained and saved."), "unfinished");

    Path old = folder.resolve("old");
    new TrainRun(LocalSpark.session(), corpus.table(), old).run();
    Files.delete(corpus.table().resolve("_features.json"));
    assertTrue(reported(old).contains("All 6 steps are trained."), "old");
  }

  /** The page that the script wrote. */
  private static String reported(Path output) throws Exception {
    Process script =
        new ProcessBuilder(Python.root().resolve("submit/report.sh").toString(), output.toString())
            .redirectErrorStream(true)
            .start();
    List<String> said = script.inputReader().lines().toList();
    assertEquals(0, script.waitFor(), said.toString());
    String last = said.get(said.size() - 1);
    assertTrue(
        last.matches("Wrote the report to .*/runs/[0-9a-f-]{36}/report\\.html\\."),
        said.toString());
    String page = Files.readString(Path.of(last.substring(20, last.length() - 1)));
    assertTrue(page.endsWith("</html>\n"), last);
    return page;
  }
}
