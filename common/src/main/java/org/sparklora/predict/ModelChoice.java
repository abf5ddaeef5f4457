package org.sparklora.predict;

import java.io.Serializable;
import java.util.function.UnaryOperator;
import org.sparklora.config.Settings;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.load.ComputeOptions.Checkpointing;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberChoice;

/**
 * Which model answers.
 *
 * @param checkpoint folder of the base, laid out as on the model hub
 * @param adapters ours or PEFT's, or none
 * @param baseDtype of the base's weights
 * @param weightsCache folder on each host for converted weights; empty for none
 */
public record ModelChoice(
    String checkpoint, AdapterChoice adapters, NumberChoice baseDtype, String weightsCache)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** With the adapter of a folder; empty for the base alone. */
  public ModelChoice(
      String checkpoint, String adapter, NumberChoice baseDtype, String weightsCache) {
    this(checkpoint, AdapterChoice.of(adapter), baseDtype, weightsCache);
  }

  /** What the flags of {@link PredictConfig#answeringOptions} say. */
  public static ModelChoice of(Settings flags) {
    return of(flags, AdapterChoice.of(flags));
  }

  static ModelChoice of(Settings flags, AdapterChoice adapters) {
    return new ModelChoice(
        flags.text("model_checkpoint"),
        adapters,
        flags.choice("base_dtype", NumberChoice.class),
        flags.text("weights_cache"));
  }

  public boolean hasAdapter() {
    return !adapters.places().isEmpty();
  }

  /** How it is computed on a device to answer, or to be judged: nothing is kept to go backwards. */
  public ComputeOptions options(DeviceAddress device, int threads) {
    return new ComputeOptions(
        baseDtype.resolve(device.processor()), threads, device, Checkpointing.OFF, weightsCache);
  }

  /** The same model in other folders. */
  public ModelChoice at(String base, UnaryOperator<String> path) {
    return new ModelChoice(base, adapters.at(path), baseDtype, weightsCache);
  }
}
