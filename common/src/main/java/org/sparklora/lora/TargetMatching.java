package org.sparklora.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sparklora.Failure;
import org.sparklora.model.spec.LinearModule;

/** Finds the linear modules that a list of targets names, as PEFT does. */
final class TargetMatching {
  private TargetMatching() {}

  /** The modules in model order; a target that matches none is refused. */
  static List<LinearModule> match(List<LinearModule> modules, List<String> targets) {
    Set<String> unused = new TreeSet<>(targets);
    List<LinearModule> matched = new ArrayList<>();
    for (LinearModule module : modules) {
      boolean any = false;
      for (String target : targets) {
        if (names(target, module)) {
          unused.remove(target);
          any = true;
        }
      }
      if (any) {
        matched.add(module);
      }
    }
    if (!unused.isEmpty()) {
      throw Failure.usage(
          "Cannot place the adapter, targets match no weight: "
              + String.join(", ", unused)
              + " (expected names among "
              + String.join(", ", candidates(modules))
              + "). Change --lora_targets.");
    }
    return matched;
  }

  private static boolean names(String target, LinearModule module) {
    return module.name().equals(target) || module.name().endsWith("." + target);
  }

  private static Set<String> candidates(List<LinearModule> modules) {
    Set<String> names = new TreeSet<>();
    modules.forEach(module -> names.add(module.shortName()));
    return names;
  }
}
