package org.sparklora.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.Failure;
import org.sparklora.OwnJvm;
import org.sparklora.storage.Store;

/** What becomes of an evaluation that lies there when another is written over it. */
class TestEvaluationFolder {
  private static final String RUN = "0123456789abcdef";

  @TempDir Path folder;

  /** The store breaks off behind 1,024 bytes, which is room for the old one only. */
  @Test
  void anOldEvaluationComesBackWhereTheStoreGivesUpHalfWay() throws Exception {
    EvaluationInfo old = info(1);
    Store store = Store.local();
    old.write(store, folder.toString());
    Process process =
        OwnJvm.behind(
                "bash",
                "ulimit -f 1; exec \"$@\"",
                "limited",
                OwnJvm.of(
                    TestEvaluationFolder.class,
                    List.of("-XX:-UsePerfData", "-XX:TieredStopAtLevel=1"),
                    folder.toString()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(5, TimeUnit.MINUTES));
    assertTrue(said.contains("Cannot write the file"), said);
    assertEquals(old, EvaluationInfo.read(store, folder.toString()).orElseThrow());
    assertTrue(Files.exists(folder.resolve("_unfinished")), "the next run begins anew");
    EvaluationFolder again = EvaluationFolder.overwriting(store, folder.toString());
    again.begin("fedcba9876543210");
    again.finish(info(40));
    assertEquals(info(40), EvaluationInfo.read(store, folder.toString()).orElseThrow());
    assertFalse(Files.exists(folder.resolve("_unfinished")));
  }

  /** Writes another evaluation over the one in the folder that is given. */
  public static void main(String... folder) {
    EvaluationFolder there = EvaluationFolder.overwriting(Store.local(), folder[0]);
    there.begin(RUN);
    try {
      there.finish(info(40));
    } catch (Failure failure) {
      System.out.println(failure.getMessage());
    }
  }

  private static EvaluationInfo info(int tables) {
    return new EvaluationInfo(
        Map.of("target_key", "a"),
        IntStream.range(0, tables)
            .mapToObj(i -> new Judged("answers" + i, 10, 0, Map.of("bleu_4", 50.0 + i)))
            .toList());
  }
}
