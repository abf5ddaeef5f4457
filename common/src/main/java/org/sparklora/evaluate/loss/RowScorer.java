package org.sparklora.evaluate.loss;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.sparklora.batch.MicroBatches;
import org.sparklora.evaluation.Score;
import org.sparklora.feature.FeatureRow;
import org.sparklora.model.PackedBatch;
import org.sparklora.plan.LabelPolicy;
import org.sparklora.plan.PlannedRow;

/** Scores rows as they come, as many tokens at once as training would compute. */
public final class RowScorer {
  /** More of them make the products no faster; a longer row is computed alone. */
  private static final int TOKENS_AT_ONCE = 4096;

  private final MicroBatches batches;
  private final int mostTokens;
  private final Function<PackedBatch, Score> model;
  private final List<PlannedRow> waiting = new ArrayList<>();
  private int tokens;

  /** With labels by this policy. */
  public RowScorer(LabelPolicy policy, Function<PackedBatch, Score> model) {
    this(policy, TOKENS_AT_ONCE, model);
  }

  RowScorer(LabelPolicy policy, int mostTokens, Function<PackedBatch, Score> model) {
    this.batches = new MicroBatches(policy, mostTokens);
    this.mostTokens = mostTokens;
    this.model = model;
  }

  /** What these rows come to. */
  public LossPart score(Iterator<FeatureRow> rows) {
    LossPart total = LossPart.NOTHING;
    while (rows.hasNext()) {
      PlannedRow next = new PlannedRow(PlannedRow.HELD_OUT, waiting.size(), 0, rows.next());
      if (batches.labels(next) == 0) {
        total = total.plus(new LossPart(Score.NOTHING, 0, 1));
        continue;
      }
      if (tokens + next.row().length() > mostTokens) {
        total = total.plus(computed());
      }
      waiting.add(next);
      tokens += next.row().length();
    }
    return total.plus(computed());
  }

  private LossPart computed() {
    if (waiting.isEmpty()) {
      return LossPart.NOTHING;
    }
    LossPart part = new LossPart(model.apply(batches.packed(waiting)), waiting.size(), 0);
    waiting.clear();
    tokens = 0;
    return part;
  }
}
