package org.sparklora.generation;

/** Whether a model's {@code generation_config.json} fills what no flag says. */
public enum ModelsOwn {
  MODEL,
  OFF
}
