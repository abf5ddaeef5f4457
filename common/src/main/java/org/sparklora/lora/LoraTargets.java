package org.sparklora.lora;

import java.util.List;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;

/** Which linear layers of a base a run adapts, by the last parts of their names. */
public final class LoraTargets {
  /** PEFT's word for every linear layer but the head. */
  private static final String ALL_LINEAR = "all-linear";

  private LoraTargets() {}

  /** Whether {@code all-linear} stands among {@code asked}. */
  public static boolean meanAll(List<String> asked) {
    return asked.stream().anyMatch(ALL_LINEAR::equalsIgnoreCase);
  }

  /** The modules of a base that these names mean; a name that means none is refused. */
  public static List<LinearModule> modules(List<String> names, DecoderSpec base) {
    return TargetMatching.match(base.linearModules(), names);
  }

  /**
   * The names for PEFT's {@code target_modules}: those asked for, the family's usual ones where
   * none is, or every projection of the decoder's layers, never embeddings or head.
   */
  public static List<String> of(List<String> asked, DecoderSpec base) {
    if (asked.isEmpty()) {
      return base.family().usualTargets();
    }
    return meanAll(asked)
        ? base.linearModules().stream().map(LinearModule::shortName).distinct().toList()
        : asked;
  }
}
