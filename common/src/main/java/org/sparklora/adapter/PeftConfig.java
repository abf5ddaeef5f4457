package org.sparklora.adapter;

/**
 * All of PEFT's {@code adapter_config.json} that decides what a trained LoRA adapter computes.
 *
 * @param usual what holds for modules that no pattern names; its targets are those of the file
 */
record PeftConfig(
    AdapterConfig usual, TargetRule targets, ModulePatterns ranks, ModulePatterns alphas) {
  int rank(String module) {
    return (int) ranks.of(module, usual.rank());
  }

  /** The factor of a module's B·A. */
  double scaling(String module) {
    int rank = rank(module);
    return alphas.of(module, usual.alpha()) / (usual.rslora() ? Math.sqrt(rank) : rank);
  }

  /** Whether all modules have one rank and scaling, and a list names them. */
  boolean isPlain() {
    return targets.isPlain() && ranks.entries().isEmpty() && alphas.entries().isEmpty();
  }
}
