package org.sparklora.train;

import java.io.Serializable;
import java.util.List;
import org.sparklora.config.Option;
import org.sparklora.config.Problems;
import org.sparklora.config.Settings;
import org.sparklora.evaluation.JudgingRule;
import org.sparklora.evaluation.Metric;

/**
 * What is evaluated while a run trains, and what follows from it.
 *
 * @param dataset table of held-out rows; empty for none
 * @param steps between evaluations; the last step is always evaluated
 * @param onStart whether what the run begins with is evaluated too
 * @param publish which step's adapter is published
 */
public record EvaluationChoice(
    String dataset, int steps, boolean onStart, JudgingRule rule, Publish publish)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Which step's adapter is published. */
  public enum Publish {
    /** The best evaluated one; the last where none was evaluated. */
    BEST,
    LAST
  }

  public EvaluationChoice {
    Problems.of("train")
        .positive("eval_steps", steps, "The default is 500")
        .notNegative("early_stopping_patience", rule.patience(), "0 never stops early")
        .notNegative("early_stopping_threshold", rule.threshold(), "The default is 0")
        .unless(
            rule.patience() == 0 || !dataset.isEmpty(),
            "--early_stopping_patience has nothing to judge by: %d without --eval_dataset (expected a table of held-out rows). Add --eval_dataset."
                .formatted(rule.patience()))
        .failIfAny();
  }

  static EvaluationChoice of(Settings flags) {
    return new EvaluationChoice(
        flags.text("eval_dataset"),
        flags.whole("eval_steps"),
        flags.flag("eval_on_start"),
        new JudgingRule(
            Metric.of(flags.text("metric_for_best_model")),
            flags.whole("early_stopping_patience"),
            flags.decimal("early_stopping_threshold")),
        flags.choice("publish", Publish.class));
  }

  static List<Option> options() {
    return List.of(
        Option.text(
                "eval_dataset",
                "Feature table of held-out rows, evaluated during training; default is none.")
            .defaultsTo(""),
        Option.whole("eval_steps", "Steps between evaluations; the last step always has one.")
            .defaultsTo("500"),
        Option.flag("eval_on_start", "Evaluate what training begins with, too.").defaultsTo("true"),
        Option.choice(
                "metric_for_best_model", "What says which evaluation is best.", Metric.words())
            .defaultsTo("loss"),
        Option.choice(
                "publish",
                "Step whose adapter is published: the best evaluated one, or the last.",
                Publish.class)
            .defaultsTo("best")
            .mayDiffer(),
        Option.whole(
                "early_stopping_patience",
                "Evaluations in a row without a gain that end the run; 0 for never.")
            .defaultsTo("0"),
        Option.decimal(
                "early_stopping_threshold",
                "A gain that is not above this is none for the patience.")
            .defaultsTo("0"));
  }

  /** Whether a run evaluates anything. */
  public boolean isWanted() {
    return !dataset.isEmpty();
  }

  /** Whether there is an evaluation after this step of a run whose last is {@code last}. */
  boolean isDue(long step, long last) {
    return isWanted() && step > 0 && (step % steps == 0 || step == last);
  }
}
