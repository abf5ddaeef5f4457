package org.sparklora.serve;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.sparklora.Failure;
import org.sparklora.answer.Answer;
import org.sparklora.answer.Answering;
import org.sparklora.answer.Answering.Question;

/** Answers requests, whole or as they come; a client that leaves frees its row. */
final class AnswerCalls {
  /** A sign of life this often shows within two that the client is gone. */
  private static final Duration TICK = Duration.ofMillis(250);

  private static final String EVENTS = "text/event-stream; charset=utf-8";

  private final Answering answering;
  private final Metrics metrics;
  private final AtomicLong asked = new AtomicLong();

  AnswerCalls(Answering answering, Metrics metrics) {
    this.answering = answering;
    this.metrics = metrics;
  }

  void answer(ApiRequest request, Exchange exchange) throws IOException, InterruptedException {
    String id = (request.isChat() ? "chatcmpl-" : "cmpl-") + UUID.randomUUID();
    Replies replies = new Replies(request, id, Instant.now().getEpochSecond());
    try (Answer answer = ask(request)) {
      String finish = "abandoned";
      try {
        if (request.isStreamed()) {
          stream(answer, replies, exchange);
        } else {
          whole(answer, replies, exchange);
        }
        finish = Replies.reason(answer.finish());
      } finally {
        metrics.answer(finish, answer.promptTokens(), answer.newTokens());
      }
    }
  }

  private Answer ask(ApiRequest request) {
    // With a seed the same request has the same answer; without one each draws anew.
    long key = request.seed().isPresent() ? 0 : asked.incrementAndGet();
    return request.isChat()
        ? answering.ask(
            new Question(request.conversation(), request.mix(), request.generation(), key))
        : answering.complete(request.text(), request.mix(), request.generation(), key);
  }

  private static void stream(Answer answer, Replies replies, Exchange exchange)
      throws IOException, InterruptedException {
    Optional<String> piece = answer.next(TICK); // what fails at once has a status of its own
    exchange.begin(EVENTS);
    if (replies.request().isChat()) {
      exchange.event(replies.opening(answer));
    }
    while (piece.isPresent()) {
      if (piece.get().isEmpty()) {
        exchange.write(": \n\n");
      } else {
        exchange.event(replies.piece(piece.get()));
      }
      piece = next(answer, exchange);
    }
    exchange.event(replies.end(answer));
    if (replies.request().wantsUsage()) {
      exchange.event(replies.usageChunk(answer));
    }
    exchange.write("data: [DONE]\n\n");
    exchange.end();
  }

  /** A stream that cannot go on says why in an event. */
  private static Optional<String> next(Answer answer, Exchange exchange)
      throws IOException, InterruptedException {
    try {
      return answer.next(TICK);
    } catch (Failure failure) {
      exchange.event(ApiError.of(500, failure.getMessage(), "answer_failed").json());
      throw failure;
    }
  }

  /** JSON may begin with blanks: they show whether the client is still there. */
  private static void whole(Answer answer, Replies replies, Exchange exchange)
      throws IOException, InterruptedException {
    int ticks = 0;
    for (Optional<String> piece = answer.next(TICK); piece.isPresent(); ) {
      if (piece.get().isEmpty() || ++ticks % 8 == 0) {
        if (!exchange.hasBegun()) {
          exchange.begin("application/json");
        }
        exchange.write(" ");
      }
      piece = answer.next(TICK);
    }
    if (exchange.hasBegun()) {
      exchange.write(replies.whole(answer).toString());
      exchange.end();
    } else {
      exchange.send(200, replies.whole(answer));
    }
  }
}
