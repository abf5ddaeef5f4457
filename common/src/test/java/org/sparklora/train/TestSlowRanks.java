package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.metric.LoggedStep;

class TestSlowRanks {
  @TempDir private Path folder;

  @Test
  void aRankThatComputesMoreSlowlyIsNamedOnceAfterTenSteps() {
    SlowRanks judge = new SlowRanks();
    List<RankShare> shares = List.of(share("a", 5, 0.1, 1), share("b", 5, 0.1, 1.5));
    assertEquals(List.of(), judge.judge(shares));
    assertEquals(
        List.of(
            "Rank 1 on b is slower than the others: 625 tokens/s, not 909, in 5 steps; slow is computing."),
        judge.judge(shares));
    assertEquals(List.of(), judge.judge(shares));
    assertEquals(List.of(), judge.judge(List.of(share("a", 5, 0, 1), share("b", 5, 0, 1.2))));
    judge.judge(shares);
    assertEquals(1, judge.judge(shares).size());
  }

  @Test
  void aRankThatWaitsForItsRowsIsNamedForThat() {
    List<RankShare> shares =
        List.of(share("a", 20, 0.1, 1), share("b", 20, 0.1, 1), share("c", 20, 2, 1.1));
    String line = new SlowRanks().judge(shares).get(0);
    assertTrue(line.startsWith("Rank 2 on c is slower"), line);
    assertTrue(line.endsWith("slow is waiting for its rows."), line);
  }

  @Test
  void oneLongStepIsAStandstillAndNoSlowness() {
    RankShare frozen = new RankShare("b", 20, 1000, 13, 0.1, 13.0, 0, 12, 7, 1);
    assertEquals(
        List.of("Rank 0 on b stood still for 12.0 s at step 7."),
        new SlowRanks().judge(List.of(frozen, share("a", 20, 0.1, 1))));
  }

  @Test
  void aProcessThatStoodStillWhileItWaitedForOthersIsNamedToo() {
    RankShare frozen = new RankShare("b", 20, 1000, 13, 0.1, 1.0, 11.9, 12, 7, 1);
    assertEquals(
        List.of("Rank 1 on b stood still for 12.0 s at step 7."),
        new SlowRanks().judge(List.of(share("a", 20, 0.1, 1), frozen)));
  }

  @Test
  void longStepsThatAllRanksHaveAreNoStandstill() {
    List<RankShare> shares = List.of(longStep("a"), longStep("b"), longStep("c"));
    assertEquals(List.of(), new SlowRanks().judge(shares));
  }

  private static RankShare longStep(String host) {
    return new RankShare(host, 10, 1000, 40, 0, 29, 11, 20, 7, 1);
  }

  @Test
  void aRankWhoseEveryStepIsLongIsSlowAndStandsStillOnceAtMost() {
    SlowRanks judge = new SlowRanks();
    List<String> said = new ArrayList<>();
    for (int step = 0; step < 20; step++) {
      said.addAll(judge.judge(List.of(share("a", 1, 0, 1), share("b", 1, 0, 5))));
    }
    assertEquals(
        List.of(
            "Rank 1 on b stood still for 5.0 s at step 1.",
            "Rank 1 on b is slower than the others: 200 tokens/s, not 1000, in 1 steps; slow is computing."),
        said);
  }

  @Test
  void aRankAloneAndOneThatIsFasterAreNotTold() {
    assertEquals(List.of(), new SlowRanks().judge(List.of(share("a", 20, 0, 9))));
    assertEquals(
        List.of(),
        new SlowRanks()
            .judge(List.of(share("a", 20, 0, 1), share("b", 20, 0, 0.1))).stream()
                .filter(line -> line.startsWith("Rank 1"))
                .toList());
  }

  @Test
  void aThrottledRankAndAFrozenOneAreToldApartInARun() {
    AtomicInteger models = new AtomicInteger();
    TrialRun throttled = run("t");
    throttled.models = () -> SleepyModel.of(models.getAndIncrement() == 1 ? 40 : 10, -1);
    throttled.train(2);
    assertTrue(throttled.news.stream().anyMatch(l -> l.endsWith("slow is computing.")));
    assertTrue(throttled.news.stream().noneMatch(l -> l.contains("stood still")));

    models.set(0);
    TrialRun frozen = run("f");
    frozen.models = () -> SleepyModel.of(10, models.getAndIncrement() == 1 ? 6 : -1);
    frozen.train(2);
    assertTrue(
        frozen.news.get(0).matches("Rank [01] on .* stood still for 2\\.\\d s at step 7\\."));
  }

  private TrialRun run(String name) {
    return TrialRun.of(PlantedRows.random(50), folder.resolve(name), "logging_steps", "10");
  }

  @Test
  void everyRanksShareIsLogged() {
    TrialRun run = TrialRun.of(PlantedRows.random(50), folder);
    run.train(2);
    assertEquals(5, run.logged.size());
    for (LoggedStep step : run.logged) {
      for (int rank = 0; rank < 2; rank++) {
        double parts =
            step.figure("rank/" + rank + "/computing")
                + step.figure("rank/" + rank + "/waiting_for_data")
                + step.figure("rank/" + rank + "/waiting_for_peers");
        assertTrue(parts > 0 && parts <= 1.001, step.toString());
        assertTrue(step.figure("rank/" + rank + "/memory_mb") > 1, step.toString());
      }
    }
    assertTrue(run.logged.get(4).figure("train/tokens") > 0);
  }

  @Test
  void anEntryHoldsEachOfSixtyFourRanksAndTheExtremesOfMore() {
    List<RankShare> shares = new ArrayList<>();
    for (int rank = 0; rank < 64; rank++) {
      shares.add(new RankShare("a", 1, 100 + rank, 4, 0, 1, 3, 1, 1, 1_000_000));
    }
    Map<String, Double> figures = RankFigures.of(shares);
    assertEquals(1 + 64 * 5, figures.size());
    assertEquals(163, figures.get("rank/63/tokens_per_second"));
    shares.add(new RankShare("slow", 1, 10, 4, 0, 1, 3, 1, 1, 1_000_000));
    figures = RankFigures.of(shares);
    assertEquals(1 + 3 * 5, figures.size());
    assertEquals(10, figures.get("rank/lowest/tokens_per_second"));
    assertEquals(131, figures.get("rank/median/tokens_per_second"));
    assertEquals(163, figures.get("rank/highest/tokens_per_second"));
    assertEquals(0.75, figures.get("train/wait_share"));
  }

  private static RankShare share(String host, long steps, double data, double computing) {
    return new RankShare(host, steps, 1000, 3, data, computing, 0, computing / steps, 1, 1);
  }
}
