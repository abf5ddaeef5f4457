package org.sparklora.train;

import java.nio.ByteBuffer;
import java.util.List;
import org.sparklora.evaluation.Score;

/**
 * What a rank, or all of them, did of an evaluation.
 *
 * @param stop whether to end without a result
 */
record EvaluationPart(Score score, long rows, boolean stop) {
  static final EvaluationPart NOTHING = new EvaluationPart(Score.NOTHING, 0, false);

  EvaluationPart plus(EvaluationPart other) {
    return new EvaluationPart(score.plus(other.score), rows + other.rows, stop || other.stop);
  }

  /** As it goes to the other ranks. */
  byte[] bytes() {
    return ByteBuffer.allocate(4 * Long.BYTES + 1)
        .putDouble(score.nll())
        .putLong(score.labels())
        .putLong(score.correct())
        .putLong(rows)
        .put((byte) (stop ? 1 : 0))
        .array();
  }

  /** The sum of what the ranks sent, in their order. */
  static EvaluationPart sum(List<byte[]> ranks) {
    return ranks.stream().map(EvaluationPart::of).reduce(NOTHING, EvaluationPart::plus);
  }

  private static EvaluationPart of(byte[] message) {
    ByteBuffer in = ByteBuffer.wrap(message);
    Score score = new Score(in.getDouble(), in.getLong(), in.getLong());
    return new EvaluationPart(score, in.getLong(), in.get() != 0);
  }
}
