package org.sparklora.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run's evaluations so far, the best of them, and whether they end the run. What is no number is
 * never the best; of equal ones the earliest is. For one thread.
 */
public final class Judgement {
  private final JudgingRule rule;
  private final List<Evaluation> evaluations = new ArrayList<>();
  private Best best;
  private int withoutGain;

  public Judgement(JudgingRule rule) {
    this.rule = rule;
  }

  /** The step that was judged best, and its metric. */
  public record Best(long step, double value) {}

  /** What a checkpoint keeps beside the evaluations; {@code best} is null for none. */
  public record Standing(Best best, int withoutGain) {}

  /** Notes what the run began with: it is logged, and neither best nor worse than anything. */
  public void begin(Evaluation evaluation) {
    evaluations.add(evaluation);
  }

  /** Judges the next evaluation; whether it is the best so far. */
  public boolean add(Evaluation evaluation) {
    evaluations.add(evaluation);
    double value = rule.metric().of(evaluation);
    double gain = best == null ? value : rule.metric().gain(value, best.value());
    boolean better = Double.isFinite(gain) && (best == null || gain > 0);
    boolean counts = better && (best == null || gain > rule.threshold());
    withoutGain = counts ? 0 : withoutGain + 1;
    if (better) {
      best = new Best(evaluation.step(), value);
    }
    return better;
  }

  public List<Evaluation> evaluations() {
    return List.copyOf(evaluations);
  }

  public Optional<Best> best() {
    return Optional.ofNullable(best);
  }

  /** Whether the last evaluations brought too little for the run to go on. */
  public boolean isOver() {
    return rule.patience() > 0 && withoutGain >= rule.patience();
  }

  /** Whether the step was evaluated. */
  public boolean has(long step) {
    return evaluations.stream().anyMatch(e -> e.step() == step);
  }

  /**
   * What came of it so far.
   *
   * @param begun whether the first evaluation is of what the run began with
   */
  public Outcome outcome(boolean begun) {
    if (evaluations.isEmpty()) {
      return Outcome.NOTHING;
    }
    return new Outcome(
        begun ? evaluations.get(0).loss() : Double.NaN,
        evaluations.get(evaluations.size() - 1).loss(),
        best().map(Best::value).orElse(Double.NaN),
        best().map(Best::step).orElse(-1L),
        isOver());
  }

  public Standing standing() {
    return new Standing(best, withoutGain);
  }

  public void restore(List<Evaluation> kept, Standing standing) {
    evaluations.clear();
    evaluations.addAll(kept);
    best = standing.best();
    withoutGain = standing.withoutGain();
  }
}
