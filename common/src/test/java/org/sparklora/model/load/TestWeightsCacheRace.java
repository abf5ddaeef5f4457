package org.sparklora.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.OwnJvm;
import org.sparklora.model.Golden;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.storage.Store;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;
import org.sparklora.tensor.TorchEngine;

/** Processes of one host that want the same converted weights at the same time make one copy. */
@Timeout(360)
class TestWeightsCacheRace {
  private static final int ROUNDS = 10;
  private static final String WORD = "race: ";

  @TempDir Path temp;
  private List<Process> processes;

  @BeforeEach
  void start() {
    processes = Stream.generate(this::process).limit(2).toList();
  }

  @AfterEach
  void stop() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void oneCopyServesAllProcesses() throws IOException {
    List<BufferedReader> answers = processes.stream().map(Process::inputReader).toList();
    int logits = logits("");
    for (int round = 0; round < ROUNDS; round++) {
      for (BufferedReader lines : answers) {
        assertEquals("ready", answer(lines));
      }
      for (Process process : processes) {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
      }
      String first = answer(answers.get(0));
      assertEquals(first, answer(answers.get(1)));
      assertEquals(result(cache(temp, round), logits), first);
    }
  }

  private static String answer(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    while (line != null && !line.startsWith(WORD)) {
      line = lines.readLine();
    }
    return line == null ? "nothing, the process ended" : line.substring(WORD.length());
  }

  private Process process() {
    try {
      return OwnJvm.of(TestWeightsCacheRace.class, List.of("-Xmx256m"), temp.toString())
          .redirectErrorStream(true)
          .start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** In each round: says that it is ready, waits for a line, and tells which copy it used. */
  public static void main(String[] arguments) throws IOException {
    Path temp = Path.of(arguments[0]);
    TorchEngine.start(1);
    for (int round = 0; round < ROUNDS; round++) {
      System.out.println(WORD + "ready");
      System.in.read();
      Path cache = cache(temp, round);
      System.out.println(WORD + result(cache, logits(cache.toString())));
    }
  }

  private static Path cache(Path temp, int round) {
    return temp.resolve("cache-" + round);
  }

  /** The files of the only copy, each with what tells it from one that took its place later. */
  private static String result(Path cache, int logits) throws IOException {
    try (Stream<Path> files = Files.walk(cache)) {
      List<Path> sorted = files.filter(Files::isRegularFile).sorted().toList();
      StringBuilder text = new StringBuilder("logits " + logits);
      for (Path file : sorted) {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        text.append(' ').append(cache.relativize(file)).append(' ').append(key);
      }
      return text.toString();
    }
  }

  /** A hash of the logits in bf16, for which the fixture's fp32 weights must be converted. */
  private static int logits(String cache) {
    ComputeOptions options =
        new ComputeOptions(NumberType.BF16, 1, DeviceAddress.CPU, Checkpointing.AUTO, cache);
    Golden golden = new Golden("llama");
    int[] ids = golden.features().get(0).ids();
    return Arrays.hashCode(TestWeights.logits(Store.local(), golden.model(), options, ids));
  }
}
