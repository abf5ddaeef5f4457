package org.sparklora.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.config.NearestWord;
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
      Set<String> candidates = candidates(modules);
      throw Failure.usage(
          "Cannot place the adapter, targets match no weight: %s (expected names among %s). %sChange --lora_targets."
              .formatted(
                  String.join(", ", unused),
                  String.join(", ", candidates),
                  meant(unused, candidates, targets)));
    }
    return matched;
  }

  /** Names that are given already are not what a mistyped one was meant to be. */
  private static String meant(Set<String> unused, Set<String> candidates, List<String> targets) {
    Set<String> open = new TreeSet<>(candidates);
    targets.forEach(open::remove);
    String nearest =
        unused.stream()
            .flatMap(target -> NearestWord.among(open, target).stream())
            .distinct()
            .collect(Collectors.joining(", "));
    return nearest.isEmpty() ? "" : "Did you mean " + nearest + "? ";
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
