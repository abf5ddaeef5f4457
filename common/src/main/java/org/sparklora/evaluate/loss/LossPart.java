package org.sparklora.evaluate.loss;

import java.io.Serializable;
import org.sparklora.evaluation.Score;

/**
 * What a part of a table's rows came to.
 *
 * @param rows with labels
 * @param unlabelled rows without, which count nowhere
 */
public record LossPart(Score score, long rows, long unlabelled) implements Serializable {
  private static final long serialVersionUID = 1L;

  public static final LossPart NOTHING = new LossPart(Score.NOTHING, 0, 0);

  public LossPart plus(LossPart other) {
    return new LossPart(score.plus(other.score), rows + other.rows, unlabelled + other.unlabelled);
  }
}
