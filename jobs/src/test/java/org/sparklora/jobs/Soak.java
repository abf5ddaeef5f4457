package org.sparklora.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sparklora.jobs.run.ClusterSpark;
import org.sparklora.jobs.run.LocalSpark;
import org.sparklora.jobs.tokenize.TokenizeCorpus;
import org.sparklora.jobs.train.TrainRun;

/**
 * Trains on two executor processes, which are killed at random, again and again until the time is
 * up; every adapter must equal the undisturbed run's bit by bit. A program: {@code make soak}.
 */
public final class Soak {
  private static final Logger LOG = LoggerFactory.getLogger(Soak.class);
  private static final int STEPS = 300;
  private static final long SEED = 20_261_126;

  private final Path folder;
  private final long end;
  private int laps;
  private int equal;
  private long stepsSeen;

  private Soak(Path folder, Duration time) {
    this.folder = folder;
    this.end = System.nanoTime() + time.toNanos();
  }

  /** Arguments: a folder for what it writes, minutes. Exits with 1 if an adapter differs. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    long seconds = Math.round(60 * Double.parseDouble(arguments[1]));
    boolean equal = false;
    try {
      equal = new Soak(folder, Duration.ofSeconds(seconds)).run();
    } catch (IOException | RuntimeException e) {
      LOG.error("The soak failed", e);
      System.out.println("soak: failed: " + e);
    }
    System.exit(equal ? 0 : 1);
  }

  private boolean run() throws IOException {
    TokenizeCorpus corpus = new TokenizeCorpus(LocalSpark.session(), folder);
    corpus.run();
    TrainRun undisturbed = lap(new TrainRun(LocalSpark.session(), corpus.table(), to("whole")));
    undisturbed.run();
    try (ClusterSpark cluster = ClusterSpark.start(2);
        ExecutorKiller killer = new ExecutorKiller(cluster, SEED);
        ProcessWatch watch = new ProcessWatch(cluster, to("samples.csv"))) {
      do {
        disturbed(new TrainRun(cluster.session(), corpus.table(), to("lap-" + ++laps)), killer);
        equal += Arrays.equals(undisturbed.adapter(), adapter(laps)) ? 1 : 0;
      } while (System.nanoTime() < end && equal == laps);
      report(killer.kills(), watch.driver(), watch.oldestExecutor());
    }
    return equal == laps;
  }

  private void disturbed(TrainRun run, ExecutorKiller killer) {
    lap(run)
        .watched(
            line -> {
              if (line.startsWith("step ") && System.nanoTime() < end) {
                killer.sawProgress();
              }
            });
    run.run();
    long steps = run.lines().stream().filter(line -> line.startsWith("step ")).count();
    stepsSeen += steps;
    System.out.printf(
        "soak: lap %d, %d steps, %d of them repeated, %d kills so far%n",
        laps, steps, steps - STEPS, killer.kills());
  }

  private static TrainRun lap(TrainRun run) {
    return run.with("max_steps", Integer.toString(STEPS))
        .with("save_steps", "5")
        .with("save_total_limit", "3");
  }

  private byte[] adapter(int lap) throws IOException {
    return Files.readAllBytes(to("lap-" + lap).resolve("adapter_model.safetensors"));
  }

  private void report(int kills, List<ProcessSample> driver, List<ProcessSample> executor)
      throws IOException {
    Map<String, Slopes> slopes = new LinkedHashMap<>();
    slopes.put("driver", Slopes.of(driver));
    slopes.put("driver, second half", Slopes.ofSecondHalf(driver));
    slopes.put("longest-lived executor", Slopes.of(executor));
    slopes.put("longest-lived executor, second half", Slopes.ofSecondHalf(executor));
    System.out.println("soak: growth per minute");
    slopes.forEach((what, slope) -> System.out.println("soak:   " + what + ": " + slope));
    System.out.printf(
        "soak: %d laps of %d steps, %d kills, %d steps repeated, adapters equal: %d of %d%n",
        laps, STEPS, kills, stepsSeen - (long) laps * STEPS, equal, laps);
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("laps", laps);
    summary.put("steps_per_lap", STEPS);
    summary.put("kills", kills);
    summary.put("kill_seed", SEED);
    summary.put("steps_repeated", stepsSeen - (long) laps * STEPS);
    summary.put("adapters_equal", equal);
    summary.put("growth_per_minute", slopes);
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(to("summary.json").toFile(), summary);
  }

  private Path to(String name) {
    return folder.resolve(name);
  }
}
