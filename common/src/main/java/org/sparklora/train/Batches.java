package org.sparklora.train;

import java.io.Serializable;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.RowOrder;
import org.sparklora.plan.SampleOrder;

/**
 * Rows, steps and labels.
 *
 * @param maxSteps steps of the run; 0 where epochs decide
 * @param epochs used where {@code maxSteps} is 0
 */
public record Batches(
    int rowsPerDevice,
    int accumulation,
    long maxSteps,
    double epochs,
    long seed,
    RowOrder rowOrder,
    LabelPolicy labelPolicy)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public Batches {
    Problems.of("train")
        .positive("per_device_train_batch_size", rowsPerDevice, "The default is 8")
        .positive("gradient_accumulation_steps", accumulation, "The default is 1")
        .unless(
            maxSteps > 0 || epochs > 0,
            "--num_train_epochs is not positive: %s (expected above 0). Raise it or give --max_steps."
                .formatted(epochs))
        .failIfAny();
  }

  static Batches of(Settings flags) {
    return new Batches(
        flags.whole("per_device_train_batch_size"),
        flags.whole("gradient_accumulation_steps"),
        Math.max(0, flags.longWhole("max_steps")),
        flags.decimal("num_train_epochs"),
        flags.longWhole("seed"),
        flags.choice("sample_order", RowOrder.class),
        flags.choice("label_policy", LabelPolicy.class));
  }

  /** The order that the flags ask for. */
  public SampleOrder order(long rows) {
    return rowOrder.of(seed, rows);
  }
}
