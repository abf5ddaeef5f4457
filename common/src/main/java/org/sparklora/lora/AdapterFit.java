package org.sparklora.lora;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.adapter.Adapter;
import org.sparklora.adapter.AdapterFolder;
import org.sparklora.adapter.AdapterOrigin;
import org.sparklora.adapter.TargetRule;
import org.sparklora.model.load.BasePrint;
import org.sparklora.model.load.BaseWeights;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.storage.Store;
import org.sparklora.weights.TensorValue;

/** Checks that an adapter fits a base, by origin, names and shapes, before anything is loaded. */
public final class AdapterFit {
  private static final Log LOG = Log.of(AdapterFit.class);

  private AdapterFit() {}

  /** The adapter in {@code folder}, ours or PEFT's; refuses one of another base or shape. */
  public static Adapter read(Store store, String folder, BaseWeights base, ForeignAdapter other) {
    Adapter adapter = read(store, folder, base);
    AdapterOrigin.read(store, folder).ifPresent(o -> checkOrigin(o, folder, base, other));
    return adapter;
  }

  /** The same without its origin, which needs the weights to be read: the driver looks at it. */
  public static Adapter read(Store store, String folder, BaseWeights base) {
    Adapter adapter = AdapterFolder.read(store, folder);
    check(base.spec(), AdapterFolder.targets(store, folder), adapter);
    return adapter;
  }

  private static void checkOrigin(
      AdapterOrigin origin, String folder, BaseWeights base, ForeignAdapter other) {
    if (origin.base().isEmpty()) {
      return;
    }
    String print = base.fingerprintLike(origin.base());
    if (BasePrint.sameWeights(origin.base(), print)) {
      return;
    }
    Failure refusal = origin.onAnother(print, folder);
    if (other == ForeignAdapter.REFUSED) {
      throw refusal;
    }
    LOG.warn(
        "The adapter in {} was trained on another base: {} (this one is {}); --trust_base goes on",
        folder,
        origin.base(),
        print);
  }

  /** Refuses an adapter whose targets, modules or shapes are not the base's. */
  static void check(DecoderSpec base, TargetRule targets, Adapter adapter) {
    Map<String, LinearModule> modules = new TreeMap<>();
    List<LinearModule> all = base.linearModules();
    all.stream().filter(m -> targets.names(m.name())).forEach(m -> modules.put(m.name(), m));
    TreeSet<String> adapted = new TreeSet<>(adapter.modules());
    if (all.stream().noneMatch(m -> adapted.contains(m.name()))) {
      throw unfit(
          "its tensors name no module of this base",
          adapted.first(),
          all.get(0).name() + " and the like");
    }
    if (!adapted.equals(modules.keySet())) {
      throw unfit(
          "it adapts other modules than its targets name in the base",
          firstOf(adapted, modules.keySet()) + " among " + adapted.size(),
          firstOf(modules.keySet(), adapted) + " among " + modules.size());
    }
    for (String name : adapted) {
      LinearModule module = modules.get(name);
      long rank = adapter.config().rank();
      requireShape(name + ".lora_A", adapter.a(name), List.of(rank, (long) module.inputs()));
      requireShape(name + ".lora_B", adapter.b(name), List.of((long) module.outputs(), rank));
    }
  }

  private static void requireShape(String name, TensorValue value, List<Long> expected) {
    if (!value.shape().equals(expected)) {
      throw unfit("a shape is wrong in " + name, value.shape(), expected);
    }
  }

  private static String firstOf(Set<String> names, Set<String> others) {
    for (String name : names) {
      if (!others.contains(name)) {
        return name;
      }
    }
    return "none more";
  }

  private static Failure unfit(String why, Object actual, Object expected) {
    return Failure.input(
        "Cannot use the adapter with this base, %s: %s (expected %s). Give the base that it was trained on."
            .formatted(why, actual, expected));
  }
}
