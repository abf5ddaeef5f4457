package org.sparklora.answer;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.sparklora.Failure;
import org.sparklora.text.TokenCodec;

/**
 * An answer as it comes. Used by the thread that asked; its closer has to be the same. Closing one
 * that goes on cancels it.
 */
public final class Answer implements AutoCloseable {
  private final LiveAnswer live;
  private final AnswerText text;
  private final TokenCodec codec;
  private final Consumer<TokenCodec> giveBack;
  private final PreparedPrompt prompt;
  private int newTokens;
  private FinishReason finish;

  Answer(
      LiveAnswer live,
      AnswerText text,
      TokenCodec codec,
      Consumer<TokenCodec> giveBack,
      PreparedPrompt prompt) {
    this.live = live;
    this.text = text;
    this.codec = codec;
    this.giveBack = giveBack;
    this.prompt = prompt;
  }

  /**
   * The next piece of text, empty where none came within {@code limit}; nothing at the end.
   *
   * @throws Failure where the answer could not go on
   */
  public Optional<String> next(Duration limit) throws InterruptedException {
    if (finish != null) {
      return Optional.empty();
    }
    LiveAnswer.Snapshot snapshot = live.awaitBeyond(newTokens, limit);
    newTokens = snapshot.ids().length;
    finish = snapshot.finish();
    return Optional.of(finish == null ? text.more(snapshot.ids()) : text.rest(snapshot.ids()));
  }

  /** Ends it as it is; what was made so far still comes. */
  public void cancel() {
    live.cancel();
  }

  /** All text so far. */
  public String text() {
    return text.given();
  }

  /** Why it ended; only at the end. */
  public FinishReason finish() {
    if (finish == null) {
      throw new IllegalStateException("it goes on");
    }
    return finish;
  }

  public int promptTokens() {
    return prompt.ids().length;
  }

  public int newTokens() {
    return newTokens;
  }

  /** Whole oldest rounds that the model had no room for. */
  public int droppedRounds() {
    return prompt.droppedRounds();
  }

  @Override
  public void close() {
    cancel();
    giveBack.accept(codec);
  }
}
