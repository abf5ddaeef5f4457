package org.sparklora.train;

import ai.djl.engine.EngineException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.sparklora.batch.MicroBatches;
import org.sparklora.collective.AllReduce;
import org.sparklora.evaluation.Score;
import org.sparklora.lora.TrainableModel;
import org.sparklora.plan.PlannedRow;

/**
 * Scores the held-out rows with the ranks together, forward only. Sums are doubles, added in rank
 * order: the same on all ranks, and the same to float error on any ranks and in any batches.
 */
final class EvaluationPass {
  /** The ranks meet after so many batches of theirs, to count and to hear of a stop. */
  private static final int BATCHES_OF_A_ROUND = 8;

  private final TrainableModel model;
  private final MicroBatchSize size;
  private final List<List<PlannedRow>> parts;
  private final AllReduce peers;

  /** Over this rank's share of the rows. */
  EvaluationPass(
      TrainableModel model, MicroBatchSize size, List<PlannedRow> rows, AllReduce peers) {
    this.model = model;
    this.size = size;
    MicroBatches batches = size.batches();
    this.parts = batches.cut(batches.labelled(rows));
    this.peers = peers;
  }

  /**
   * What all ranks' rows came to; nothing where a rank votes to stop meanwhile.
   *
   * @param rowsDone told of the rows that all ranks have done, after each round
   */
  Optional<EvaluationPart> run(BooleanSupplier stop, LongConsumer rowsDone) {
    int rounds = mostRounds();
    EvaluationPart total = EvaluationPart.NOTHING;
    for (int round = 0; round < rounds && !total.stop(); round++) {
      EvaluationPart own = part(round, stop.getAsBoolean());
      total = total.plus(EvaluationPart.sum(peers.gather(own.bytes())));
      rowsDone.accept(total.rows());
    }
    return Optional.of(total).filter(t -> !t.stop());
  }

  private EvaluationPart part(int round, boolean stop) {
    int from = Math.min(parts.size(), round * BATCHES_OF_A_ROUND);
    int to = Math.min(parts.size(), from + BATCHES_OF_A_ROUND);
    Score score = Score.NOTHING;
    long rows = 0;
    for (List<PlannedRow> part : parts.subList(from, to)) {
      score = score.plus(scored(part));
      rows += part.size();
    }
    return new EvaluationPart(score, rows, stop);
  }

  /** With less at once where there is no memory for all, which changes nothing of the score. */
  private Score scored(List<PlannedRow> rows) {
    MicroBatches batches = size.batches();
    List<List<PlannedRow>> fitting = batches.cut(rows);
    if (fitting.size() > 1) {
      return fitting.stream().map(this::scored).reduce(Score.NOTHING, Score::plus);
    }
    try {
      return model.score(batches.packed(rows));
    } catch (EngineException e) {
      size.makeRoomToEvaluate(rows, e);
      return scored(rows);
    }
  }

  /** Of the rank that has most to do. */
  private int mostRounds() {
    int own = (parts.size() + BATCHES_OF_A_ROUND - 1) / BATCHES_OF_A_ROUND;
    byte[] message = ByteBuffer.allocate(Integer.BYTES).putInt(own).array();
    return peers.gather(message).stream()
        .mapToInt(m -> ByteBuffer.wrap(m).getInt())
        .max()
        .orElse(0);
  }
}
