package org.sparklora.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Python;

/** The script for cron, with jobs that only note their start and end with planned codes. */
class TestCronExample {
  @TempDir Path folder;

  @Test
  void aGoodNightSaysNothing() throws Exception {
    assertEquals(new Night(0, List.of()), night());
    assertEquals(List.of("tokenize", "train", "predict"), starts());
  }

  @Test
  void whatAnotherTryMayMendIsTriedThreeTimes() throws Exception {
    plan("train", 9, 6, 0);
    assertEquals(0, night().code());
    assertEquals(List.of("tokenize", "train", "train", "train", "predict"), starts());
  }

  @Test
  void whatNoTryMendsIsMailedAtOnce() throws Exception {
    plan("train", 3);
    Night night = night();
    assertEquals(3, night.code());
    assertTrue(
        night
            .mail()
            .get(0)
            .matches("sparklora train of \\S+ ended with exit code 3 after 1 tries; .*"),
        night.mail().toString());
    assertTrue(night.mail().contains("train says why"), night.mail().toString());
    assertEquals(List.of("tokenize", "train"), starts());
  }

  @Test
  void theNightAfterWaitsForNobody() throws Exception {
    Path lock = Files.createDirectories(folder.resolve("logs")).resolve("lock");
    Process holder =
        new ProcessBuilder("flock", lock.toString(), "sh", "-c", "echo held; read -r x").start();
    assertEquals("held", holder.inputReader().readLine());
    assertEquals(new Night(0, List.of()), night());
    assertEquals(List.of(), starts());
    holder.descendants().forEach(ProcessHandle::destroy);
    holder.destroy();
  }

  /** What cron would mail. */
  private record Night(int code, List<String> mail) {}

  private Night night() throws IOException, InterruptedException {
    Path scripts = Files.createDirectories(folder.resolve("submit"));
    for (String job : List.of("tokenize", "train", "predict")) {
      Path script = scripts.resolve(job + ".sh");
      Files.writeString(
          script,
          """
          #!/usr/bin/env bash
          echo %1$s >> %2$s/starts
          echo %1$s says why
          codes=($(cat %2$s/%1$s.codes 2>/dev/null || echo 0))
          echo "${codes[@]:1}" > %2$s/%1$s.codes
          exit ${codes[0]:-0}
          """
              .formatted(job, folder));
      assertTrue(script.toFile().setExecutable(true));
    }
    ProcessBuilder builder =
        new ProcessBuilder(Python.root().resolve("examples/cron/sparklora-nightly").toString());
    builder.environment().put("SPARKLORA_HOME", folder.toString());
    builder.environment().put("SPARKLORA_LOGS", folder.resolve("logs").toString());
    builder.environment().put("SPARKLORA_PAUSE", "0");
    Process process = builder.redirectErrorStream(true).start();
    List<String> mail = process.inputReader().lines().toList();
    return new Night(process.waitFor(), mail);
  }

  private void plan(String job, int... codes) throws IOException {
    StringBuilder planned = new StringBuilder();
    for (int code : codes) {
      planned.append(code).append(' ');
    }
    Files.writeString(folder.resolve(job + ".codes"), planned);
  }

  private List<String> starts() throws IOException {
    Path starts = folder.resolve("starts");
    return Files.exists(starts) ? Files.readAllLines(starts) : List.of();
  }
}
