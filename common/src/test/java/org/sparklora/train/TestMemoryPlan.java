package org.sparklora.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Fixtures;
import org.sparklora.memory.Activations;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.tensor.Processor;

/** Micro-batches for a tiny model on devices that are hardly larger. */
class TestMemoryPlan {
  private static final DecoderSpec SPEC =
      DecoderSpec.read(Store.local(), Fixtures.path("llama", "model").toString());

  @Test
  void whatFitsAnywayStaysAsItIs() {
    RunSettings run = run(0, 12_000, "auto");
    assertEquals(run, plan(run, 23).fitInto(1L << 40, "here"));
  }

  @Test
  void aSmallDeviceComputesFewerTokensAtOnce() {
    RunSettings run = run(0, 12_000, "auto");
    long room = plan(run, 23).needs().bytes(5_000, Activations.KEPT);
    assertEquals(4_864, plan(run, 23).fitInto(room, "here").resolved().microBatchTokens());
  }

  @Test
  void whereFewCanBeKeptMoreAreComputedAgain() {
    RunSettings run = run(0, 12_000, "auto");
    long room = plan(run, 23).needs().bytes(3_000, Activations.KEPT);
    int again = plan(run, 23).needs().mostTokens(room, Activations.COMPUTED_AGAIN);
    assertEquals(
        again / 256 * 256, plan(run, 23).fitInto(room, "here").resolved().microBatchTokens());
    RunSettings off = run(0, 12_000, "off");
    assertEquals(2_816, plan(off, 23).fitInto(room, "here").resolved().microBatchTokens());
  }

  @Test
  void theLongestRowIsComputedInOnePiece() {
    RunSettings run = run(0, 12_000, "auto");
    long room = plan(run, 700).needs().bytes(710, Activations.COMPUTED_AGAIN);
    assertEquals(700, plan(run, 700).fitInto(room, "here").resolved().microBatchTokens());
  }

  @Test
  void aSizeThatWasAskedForIsKept() {
    RunSettings run = run(12_000, 12_000, "auto");
    long room = plan(run, 23).needs().bytes(5_000, Activations.KEPT);
    assertEquals(run, plan(run, 23).fitInto(room, "here"));
  }

  @Test
  void aRowThatDoesNotFitIsNamedWithWhatItNeeds() {
    RunSettings run = run(0, 12_000, "auto");
    MemoryPlan plan = plan(run, 100_000);
    long room = plan.needs().bytes(90_000, Activations.COMPUTED_AGAIN);
    Failure failure = assertThrows(Failure.class, () -> plan.fitInto(room, "on host-7"));
    assertEquals(ExitCode.CLUSTER, failure.exitCode());
    assertEquals(
        "Cannot train, the longest row does not fit into the device's memory: 100000 tokens need %d MiB with weights and adapter, and %d MiB are free on host-7 (expected enough). Tokenize with a lower --max_seq_length, train with --gradient_checkpointing auto, a smaller --base_dtype, rank or base, or on a device with more memory."
            .formatted(plan.needs().bytes(100_000, Activations.COMPUTED_AGAIN) >> 20, room >> 20),
        failure.getMessage());
    MemoryPlan naming = plan.naming(OptionalInt.of(17));
    String named =
        assertThrows(Failure.class, () -> naming.fitInto(room, "on host-7")).getMessage();
    assertTrue(named.contains(": 100000 tokens of row 17 (the first is 0) need "), named);
  }

  private static MemoryPlan plan(RunSettings run, int longest) {
    return MemoryPlan.of(run, SPEC, Processor.GPU, longest);
  }

  /** A run that would compute so many tokens at once. */
  private static RunSettings run(int asked, int wanted, String checkpointing) {
    RunSettings run =
        TrialRun.settings(
            50,
            "max_tokens_per_micro_batch",
            Integer.toString(asked),
            "gradient_checkpointing",
            checkpointing);
    RunSettings.Resolved was = run.resolved();
    RunSettings.Resolved resolved =
        new RunSettings.Resolved(
            was.family(),
            was.modelCheckpoint(),
            was.baseDtype(),
            was.loraTargets(),
            was.labelPolicy(),
            wanted,
            run.config().compute().checkpointing());
    return new RunSettings(
        run.runId(), run.config(), run.grid(), resolved, run.provenance(), run.environment());
  }
}
