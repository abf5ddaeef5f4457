package org.sparklora.train;

import java.util.TreeSet;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.storage.Store;

/** The adapter that a run starts from, checked against the run's flags. */
final class PreviousAdapter {
  private PreviousAdapter() {}

  static Adapter read(RunSettings run, Store store, String folder) {
    Adapter adapter = AdapterFolder.read(store, folder);
    checkSettings(run, adapter.config());
    return adapter;
  }

  private static void checkSettings(RunSettings run, AdapterConfig previous) {
    TrainConfig.Lora lora = run.config().lora();
    check(previous.rank() == lora.rank(), "rank", previous.rank(), lora.rank(), "--lora_rank");
    double scaling = lora.alpha() / (lora.rslora() ? Math.sqrt(lora.rank()) : lora.rank());
    check(
        Math.abs(previous.scaling() - scaling) < 1e-9,
        "scaling",
        previous.scaling(),
        scaling,
        "--lora_alpha or --rslora");
    TreeSet<String> had = new TreeSet<>(previous.targetModules());
    TreeSet<String> wanted = new TreeSet<>(run.resolved().loraTargets());
    check(had.equals(wanted), "targets", had, wanted, "--lora_targets");
  }

  private static void check(boolean same, String what, Object previous, Object asked, String flag) {
    if (!same) {
      throw Failure.usage(
          "Cannot go on with --previous_lora_weights, its %s is not this run's: %s (expected %s). Change %s or give another adapter."
              .formatted(what, previous, asked, flag));
    }
  }
}
