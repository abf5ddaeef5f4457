package org.sparklora.model.load;

import java.io.Serializable;
import java.util.Locale;
import org.sparklora.Failure;
import org.sparklora.tensor.DeviceAddress;
import org.sparklora.tensor.NumberType;

/**
 * How and where to compute. Only memory and speed depend on these values, and the number type's
 * rounding.
 *
 * @param type of the base weights and of the activations
 * @param threads of one computation on the CPU
 * @param checkpointing whether layers are computed again in the backward pass
 * @param weightsCache local folder for converted copies of base weights; empty for none
 */
public record ComputeOptions(
    NumberType type,
    int threads,
    DeviceAddress device,
    Checkpointing checkpointing,
    String weightsCache)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Whether to trade time for memory by computing activations twice. */
  public enum Checkpointing {
    /** On when the activations of the largest batch would take much memory. */
    AUTO,
    ON,
    OFF;

    /** The choice of a word, such as {@code auto}. */
    public static Checkpointing of(String word) {
      return valueOf(word.toUpperCase(Locale.ROOT));
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public ComputeOptions {
    if (threads < 1) {
      throw Failure.usage(
          "Cannot compute, the number of threads is too small: "
              + threads
              + " (expected at least 1). Give the executor at least one core.");
    }
  }
}
