package org.sparklora.jobs.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.storage.DescribedFolder;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.storage.Store;

class TestMaking {
  private final List<String> steps = new ArrayList<>();

  @TempDir Path folder;

  /** Planning may read the whole input: another run must not begin to do the same meanwhile. */
  @Test
  void theFolderIsHeldBeforeTheInputIsRead() {
    making()
        .run(
            Optional::empty,
            () -> {
              steps.add("plan, holds: " + holds());
              return "plan";
            },
            (planned, run) -> "made of " + planned);
    assertEquals(List.of("free", "plan, holds: 1", "begin", "finish made of plan"), steps);
    assertEquals(0, holds());
  }

  @Test
  void anErrorOnTheWayTakesBackWhatWasWrittenAndIsTold() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                making()
                    .run(
                        Optional::empty,
                        () -> "plan",
                        (planned, run) -> {
                          throw new OutOfMemoryError("Java heap space");
                        }));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(List.of("free", "begin", "abandon"), steps);
  }

  private int holds() {
    return Store.local().list(folder.resolve("_lease").toString()).size();
  }

  private Making<String, JobResult> making() {
    OutputPlace place =
        new OutputPlace(Store.local(), folder.toString(), LeaseClaim.of("--output_dir"));
    return new Making<>(place, new Steps(), (made, now) -> () -> JobOutcome.done(made));
  }

  private final class Steps implements DescribedFolder<String> {
    @Override
    public void requireFree() {
      steps.add("free");
    }

    @Override
    public boolean isOurs() {
      return true;
    }

    @Override
    public void begin(String run) {
      steps.add("begin");
    }

    @Override
    public void finish(String description) {
      steps.add("finish " + description);
    }

    @Override
    public void abandon() {
      steps.add("abandon");
    }
  }
}
