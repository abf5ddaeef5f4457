package org.sparklora.check;

import java.util.List;
import org.sparklora.config.Option;
import org.sparklora.config.Options;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.tensor.DeviceAddress;

/**
 * What the flags of a check say.
 *
 * @param base folder of the model that takes a step
 */
public record CheckConfig(DeviceAddress device, String base) {
  public CheckConfig {
    Problems.of("check")
        .notNegative("device", device.index(), "The first GPU is 0")
        .notBlank("model_checkpoint", base)
        .failIfAny();
  }

  /** The flags of the command with their defaults and help. */
  public static Options options() {
    return Options.of(
        "check-gpu",
        "tries driver, libtorch, bridge, a product, a copy and a training step on a GPU.",
        List.of(
            Option.whole("device", "Number of the GPU.").defaultsTo("0"),
            Option.flag("cpu", "Try the processor instead of a GPU."),
            Option.text("model_checkpoint", "Folder of a small base that takes a step.")
                .defaultsTo("weights/tiny-chatglm2")));
  }

  static CheckConfig of(Settings flags) {
    DeviceAddress device =
        flags.flag("cpu") ? DeviceAddress.CPU : DeviceAddress.gpu(flags.whole("device"));
    return new CheckConfig(device, flags.text("model_checkpoint"));
  }
}
