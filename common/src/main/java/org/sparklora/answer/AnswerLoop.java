package org.sparklora.answer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.answer.AnswerRows.Row;
import org.sparklora.predict.DecodingModel;
import org.sparklora.predict.WarmUp;

/**
 * The one thread that computes: questions wait in their order, rows join and leave, each step goes
 * over all of them.
 */
final class AnswerLoop implements Runnable {
  private static final Log LOG = Log.of(AnswerLoop.class);

  private final Supplier<DecodingModel> open;
  private final WarmUp warmUp;
  private final int mostRows;
  private final int queueLimit;
  private final Function<Throwable, Optional<Failure>> failureWithin;
  private final Deque<Row> waiting = new ArrayDeque<>();
  private int running;
  private boolean ready;
  private boolean closing;
  private boolean cancelling;
  private Failure broken;

  /**
   * Opens the model when it runs, in its thread.
   *
   * @param failureWithin what a user can mend, inside an error
   */
  AnswerLoop(
      Supplier<DecodingModel> open,
      WarmUp warmUp,
      int mostRows,
      int queueLimit,
      Function<Throwable, Optional<Failure>> failureWithin) {
    this.open = open;
    this.warmUp = warmUp;
    this.mostRows = mostRows;
    this.queueLimit = queueLimit;
    this.failureWithin = failureWithin;
  }

  /** How much there is to do. */
  record Load(int running, int waiting) {}

  /**
   * Puts a question into the queue.
   *
   * @throws BusyRefusal where the queue is full, or nothing is answered any more
   */
  synchronized void submit(Row row) {
    if (broken != null) {
      throw broken;
    }
    if (closing) {
      throw new BusyRefusal("No more questions are taken.");
    }
    int free = Math.max(0, mostRows - running);
    if (waiting.size() >= queueLimit + free) {
      throw new BusyRefusal(
          "Too many questions wait: %d (expected at most %d)."
              .formatted(waiting.size() - free, queueLimit));
    }
    waiting.add(row);
    notifyAll();
  }

  synchronized Load load() {
    return new Load(running, waiting.size());
  }

  /** Why nothing is answered any more, if so. */
  synchronized Optional<Failure> broken() {
    return Optional.ofNullable(broken);
  }

  /**
   * Waits until the model is open.
   *
   * @throws Failure where it cannot be opened
   */
  synchronized void awaitReady() throws InterruptedException {
    while (!ready && broken == null) {
      wait();
    }
    if (broken != null) {
      throw broken;
    }
  }

  /** Takes no more questions; the loop ends when those that were asked are answered. */
  synchronized void finish() {
    closing = true;
    notifyAll();
  }

  /** Like {@link #finish}, and nobody waits for the answers. */
  synchronized void cancelAll() {
    cancelling = true;
    waiting.forEach(row -> row.answer().cancel());
    finish();
  }

  @Override
  public void run() {
    try (DecodingModel model = open.get();
        AnswerRows rows = new AnswerRows(model, mostRows)) {
      tellReady();
      warmUp.run(model, this::isWanted);
      answerAll(rows);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable thrown) {
      // Whoever waits for an answer has to hear of it.
      breakDown(thrown);
    }
  }

  private synchronized boolean isWanted() {
    return closing || !waiting.isEmpty();
  }

  private synchronized void tellReady() {
    ready = true;
    notifyAll();
  }

  private void answerAll(AnswerRows rows) throws InterruptedException {
    for (Optional<List<Row>> fresh = take(rows); fresh.isPresent(); fresh = take(rows)) {
      try {
        rows.step(fresh.get());
      } catch (RuntimeException e) {
        // Such as prompts that the memory has no room for: questions that come later go on.
        LOG.error("The answers of a batch ended", e);
        rows.fail(failure(e));
        rows.close();
      } catch (Error e) {
        rows.fail(failure(e));
        throw e;
      }
    }
  }

  /** The questions for free rows; nothing at the end. Waits while there is nothing to do. */
  private synchronized Optional<List<Row>> take(AnswerRows rows) throws InterruptedException {
    running = rows.size();
    while (running == 0 && waiting.isEmpty()) {
      if (closing) {
        return Optional.empty();
      }
      wait();
    }
    if (cancelling) {
      rows.cancel();
    }
    List<Row> fresh = new ArrayList<>();
    while (running < mostRows && !waiting.isEmpty()) {
      Row row = waiting.poll();
      if (row.answer().isCancelled()) {
        row.answer().end(FinishReason.CANCELLED);
      } else {
        fresh.add(row);
        running++;
      }
    }
    return Optional.of(fresh);
  }

  private Failure failure(Throwable thrown) {
    return failureWithin
        .apply(thrown)
        .orElseGet(
            () ->
                new Failure(
                    ExitCode.INTERNAL,
                    "Cannot answer, a defect: %s (expected none). Please report it with the log."
                        .formatted(thrown.getClass().getSimpleName())));
  }

  private void breakDown(Throwable thrown) {
    Failure failure = thrown instanceof Failure own ? own : failure(thrown);
    LOG.debug("The answering thread ended", thrown);
    synchronized (this) {
      broken = failure;
      waiting.forEach(row -> row.answer().fail(failure));
      waiting.clear();
      notifyAll();
    }
  }
}
