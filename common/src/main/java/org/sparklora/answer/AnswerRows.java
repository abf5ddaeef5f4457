package org.sparklora.answer;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.predict.DecodingModel;
import org.sparklora.predict.RowBatch;
import org.sparklora.predict.Sequence;

/** The rows that are answered at the moment. For the thread that computes. */
final class AnswerRows implements AutoCloseable {
  private final DecodingModel model;
  private final int mostRows;
  private final List<Row> rows = new ArrayList<>();
  private RowBatch batch;

  AnswerRows(DecodingModel model, int mostRows) {
    this.model = model;
    this.mostRows = mostRows;
  }

  /** A sequence and who waits for it. */
  record Row(Sequence sequence, LiveAnswer answer) {
    /** Hands on what is new; whether more may come. */
    private boolean publish() {
      try {
        answer.update(sequence.ids());
      } catch (Failure failure) {
        answer.fail(failure);
        return false;
      }
      if (answer.isCancelled() || sequence.hasEnded()) {
        answer.end(reason());
      }
      return !answer.isCancelled() && !sequence.hasEnded();
    }

    private FinishReason reason() {
      if (sequence.isComplete()) {
        return FinishReason.STOP;
      }
      return answer.isCancelled() ? FinishReason.CANCELLED : FinishReason.LENGTH;
    }
  }

  int size() {
    return rows.size();
  }

  /** Takes the last step's tokens, then reads the prompts of further rows or goes one step on. */
  void step(List<Row> fresh) {
    if (batch != null) {
      rows.stream().filter(row -> row.answer().isCancelled()).forEach(r -> r.sequence().end());
      batch.take();
      rows.removeIf(row -> !row.publish());
    }
    if (!fresh.isEmpty()) {
      rows.addAll(fresh);
      batch = batch == null ? RowBatch.ofTurns(model, mostRows) : batch;
      batch.join(fresh.stream().map(Row::sequence).toList());
    } else if (batch != null && batch.size() > 0) {
      batch.advance();
    } else if (batch == null || !batch.rests()) {
      close();
    }
  }

  /** Nobody waits for them. */
  void cancel() {
    rows.forEach(row -> row.answer().cancel());
  }

  /** Ends all with the reason why they cannot go on. */
  void fail(Failure reason) {
    rows.forEach(row -> row.answer().fail(reason));
    rows.clear();
  }

  /**
   * Memory of keys and values grows with the longest row; it is given back with the last one,
   * unless that rests.
   */
  @Override
  public void close() {
    if (batch != null) {
      RowBatch old = batch;
      batch = null;
      old.close();
    }
  }
}
