package org.sparklora.train;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sparklora.Failure;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterConfig;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.adapter.TargetRule;
import org.sparklora.lora.LoraSettings;
import org.sparklora.storage.Store;

/** The adapter that a run starts from, checked against the run's own settings. */
public final class StartingAdapter {
  private final String flag;
  private final String kind;

  private StartingAdapter(String flag, String kind) {
    this.flag = flag;
    this.kind = kind;
  }

  /** What {@code --previous_lora_weights} names. */
  public static StartingAdapter previous() {
    return new StartingAdapter("--previous_lora_weights", "adapter");
  }

  /** What lies in a checkpoint that {@code --resume} names. */
  public static StartingAdapter resumed() {
    return new StartingAdapter("--resume", "checkpoint");
  }

  static Adapter read(LoraSettings wanted, Store store, String folder) {
    Adapter adapter = AdapterFolder.read(store, folder);
    previous().check(adapter, wanted);
    return adapter;
  }

  /** Refuses an adapter of other rank, scaling or targets. */
  public void check(Adapter adapter, LoraSettings wanted) {
    AdapterConfig previous = adapter.config();
    check(previous.rank() == wanted.rank(), "rank", previous.rank(), wanted.rank(), "--lora_rank");
    check(
        Math.abs(previous.scaling() - wanted.scaling()) < 1e-9,
        "scaling",
        previous.scaling(),
        wanted.scaling(),
        "--lora_alpha or --rslora");
    TreeSet<String> had = new TreeSet<>(previous.targetModules());
    TreeSet<String> targets = new TreeSet<>(wanted.targets());
    check(areSame(adapter, targets), "targets", had, targets, "--lora_targets");
  }

  /** Whether the names mean the same modules, however they are said. */
  private static boolean areSame(Adapter adapter, Set<String> targets) {
    TargetRule rule = TargetRule.ofNames(List.copyOf(targets));
    return adapter.modules().stream().allMatch(rule::names)
        && targets.stream()
            .map(target -> TargetRule.ofNames(List.of(target)))
            .allMatch(target -> adapter.modules().stream().anyMatch(target::names));
  }

  private void check(boolean same, String what, Object previous, Object asked, String setting) {
    if (!same) {
      throw Failure.usage(
          "Cannot go on with %s, its %s is not this run's: %s (expected %s). Change %s or give another %s."
              .formatted(flag, what, previous, asked, setting, kind));
    }
  }
}
