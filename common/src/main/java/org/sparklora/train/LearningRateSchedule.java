package org.sparklora.train;

import java.io.Serializable;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;

/**
 * Which learning rate an update has: linear warm-up from 0, then what the type says. Equal to
 * transformers' schedules of the same names.
 *
 * @param warmupSteps updates of the warm-up; 0 where the ratio decides
 * @param warmupRatio the warm-up as a part of the run's steps; 0 where the steps decide
 */
public record LearningRateSchedule(ScheduleType type, int warmupSteps, double warmupRatio)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static LearningRateSchedule of(Settings flags) {
    return new LearningRateSchedule(
        ScheduleType.of(flags.text("lr_scheduler_type")),
        flags.whole("warmup_steps"),
        flags.decimal("warmup_ratio"));
  }

  void check(Problems problems) {
    problems
        .notNegative("warmup_steps", warmupSteps, "The default is 0")
        .fraction("warmup_ratio", warmupRatio, "The default is 0")
        .unless(
            warmupSteps == 0 || warmupRatio == 0,
            "two warm-ups are asked for: --warmup_steps %d and --warmup_ratio %s (expected one). Drop one of them."
                .formatted(warmupSteps, warmupRatio));
  }

  /** Updates before the highest rate, in a run of so many steps. */
  long warmup(long steps) {
    if (!type.warmsUp()) {
      return 0;
    }
    return warmupRatio > 0 ? (long) Math.ceil(steps * warmupRatio) : warmupSteps;
  }

  /** Whether a warm-up is asked for that the type leaves out, as transformers does. */
  public boolean ignoresWarmup() {
    return !type.warmsUp() && (warmupSteps > 0 || warmupRatio > 0);
  }

  /**
   * The rate of the update after {@code updates} others.
   *
   * @param steps of the whole run
   */
  double rate(double highest, long updates, long steps) {
    long warmup = warmup(steps);
    if (updates < warmup) {
      return highest * updates / warmup;
    }
    return type.rate(highest, updates - warmup, steps - warmup);
  }
}
