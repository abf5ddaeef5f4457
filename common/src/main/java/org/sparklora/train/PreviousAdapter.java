package org.sparklora.train;

import java.util.TreeSet;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.lora.LoraSettings;
import org.sparklora.storage.Store;

/** The adapter that a run starts from, checked against the run's own settings. */
final class PreviousAdapter {
  private PreviousAdapter() {}

  static Adapter read(LoraSettings wanted, Store store, String folder) {
    Adapter adapter = AdapterFolder.read(store, folder);
    checkSettings(adapter.config(), wanted);
    return adapter;
  }

  private static void checkSettings(AdapterConfig previous, LoraSettings wanted) {
    check(previous.rank() == wanted.rank(), "rank", previous.rank(), wanted.rank(), "--lora_rank");
    check(
        Math.abs(previous.scaling() - wanted.scaling()) < 1e-9,
        "scaling",
        previous.scaling(),
        wanted.scaling(),
        "--lora_alpha or --rslora");
    TreeSet<String> had = new TreeSet<>(previous.targetModules());
    TreeSet<String> targets = new TreeSet<>(wanted.targets());
    check(had.equals(targets), "targets", had, targets, "--lora_targets");
  }

  private static void check(boolean same, String what, Object previous, Object asked, String flag) {
    if (!same) {
      throw Failure.usage(
          "Cannot go on with --previous_lora_weights, its %s is not this run's: %s (expected %s). Change %s or give another adapter."
              .formatted(what, previous, asked, flag));
    }
  }
}
