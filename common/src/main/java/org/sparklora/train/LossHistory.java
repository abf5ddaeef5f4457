package org.sparklora.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The losses that logs and the summary need: the mean since the last entry, the first, the last.
 */
final class LossHistory {
  /** The smallest relative decrease that counts as one. */
  private static final double FALL = 1e-3;

  private static final int WIDEST_END = 50;

  /** One entry of the log, as Hugging Face's log history has it. */
  record Entry(double epoch, double gradNorm, double learningRate, double loss, long step) {}

  /**
   * What a checkpoint saves.
   *
   * @param early the run's first losses, up to the width of an end
   * @param late its latest losses
   * @param sum of the losses since the last entry
   * @param count of them
   */
  record Snapshot(
      List<Entry> entries, List<Double> early, List<Double> late, double sum, long count) {}

  private final long steps;
  private final int width;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Double> early = new ArrayList<>();
  private final Deque<Double> late = new ArrayDeque<>();
  private double sum;
  private long count;

  /** For a run of {@code steps} steps, whose ends are a tenth of it each, at most 50 steps. */
  LossHistory(long steps) {
    this.steps = steps;
    width = (int) Math.min(WIDEST_END, Math.max(1, steps / 10));
  }

  void add(double loss) {
    if (early.size() < width) {
      early.add(loss);
    }
    if (late.size() == width) {
      late.removeFirst();
    }
    late.addLast(loss);
    sum += loss;
    count++;
  }

  /** Logs the mean loss of the steps since the last entry; empty if none of them had a loss. */
  Optional<Entry> log(StepReport report) {
    if (count == 0) {
      return Optional.empty();
    }
    Entry entry =
        new Entry(
            report.epoch(), report.gradNorm(), report.learningRate(), sum / count, report.step());
    entries.add(entry);
    sum = 0;
    count = 0;
    return Optional.of(entry);
  }

  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Whether no step has had a loss yet. */
  boolean isEmpty() {
    return early.isEmpty();
  }

  double first() {
    return early.isEmpty() ? Double.NaN : early.get(0);
  }

  double last() {
    return late.isEmpty() ? Double.NaN : late.getLast();
  }

  /** Mean loss of the first steps; NaN if no step had a loss. */
  double atFirst() {
    return mean(early);
  }

  /** Mean loss of the last steps. */
  double atLast() {
    return mean(List.copyOf(late));
  }

  /** Whether the loss ended no lower than it began; false for a run of one step. */
  boolean stayed() {
    return steps > 1 && atLast() >= atFirst() * (1 - FALL);
  }

  Snapshot snapshot() {
    return new Snapshot(entries(), List.copyOf(early), List.copyOf(late), sum, count);
  }

  void restore(Snapshot kept) {
    entries.clear();
    entries.addAll(kept.entries());
    early.clear();
    early.addAll(kept.early());
    late.clear();
    late.addAll(kept.late());
    sum = kept.sum();
    count = kept.count();
  }

  private static double mean(List<Double> losses) {
    return losses.stream().mapToDouble(l -> l).average().orElse(Double.NaN);
  }
}
