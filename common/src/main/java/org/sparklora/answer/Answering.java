package org.sparklora.answer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.chat.Conversation;
import org.sparklora.generation.GenerationChoice;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.ModelDefaults;
import org.sparklora.generation.ResolvedGeneration;
import org.sparklora.mix.AdapterMix;
import org.sparklora.mix.AdapterPlace;
import org.sparklora.model.load.ModelFolders;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.predict.AnswerEnd;
import org.sparklora.predict.AnswerRules;
import org.sparklora.predict.BaseDefaults;
import org.sparklora.predict.PromptNotes;
import org.sparklora.predict.Sequence;
import org.sparklora.predict.WarmUp;
import org.sparklora.prompt.PromptForm;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/**
 * A base with its adapters, opened once, that answers questions of any number of threads. Closing
 * it ends what still goes on.
 */
public final class Answering implements AutoCloseable {
  private final AnswerSetup setup;
  private final ModelDefaults defaults;
  private final FormOfMix forms;
  private final PromptRoom room;
  private final CodecShelf codecs;
  private final TokenCodec codecOfLoop;
  private final MixedModel models;
  private final AnswerLoop loop;
  private final Thread thread;

  private Answering(
      Store store, AnswerSetup setup, Function<Throwable, Optional<Failure>> failureWithin) {
    String base = setup.base().checkpoint();
    DecoderSpec.Size size = DecoderSpec.read(store, base).size();
    Path folder = ModelFolders.local(store, base);
    this.setup = setup;
    this.models = MixedModel.read(store, setup);
    this.defaults =
        BaseDefaults.read(store, base, setup.generation().modelsOwn(), PromptNotes.PLAIN);
    this.forms = FormOfMix.read(store, setup);
    this.room = new PromptRoom(size.contextLength(), new Vocabulary(size.vocabulary()));
    this.codecs = new CodecShelf(() -> Codecs.open(folder));
    this.codecOfLoop = codecs.take();
    this.loop =
        new AnswerLoop(
            models::open,
            new WarmUp(this::warmUpPrompt),
            setup.generation().batchSize(),
            setup.queueLimit(),
            failureWithin);
    this.thread = new Thread(loop, "answers");
    thread.setDaemon(true);
  }

  /**
   * What is asked.
   *
   * @param generation how it is answered, as far as somebody said
   * @param key of its random numbers: the same key, settings and prompt give the same answer
   */
  public record Question(
      Conversation conversation, AdapterMix mix, GenerationChoice generation, long key) {}

  /**
   * Opens base and adapters; returns when the model is ready.
   *
   * @param failureWithin what a user can mend, inside an error of the thread that computes
   * @throws Failure where something does not fit
   */
  public static Answering open(
      Store store, AnswerSetup setup, Function<Throwable, Optional<Failure>> failureWithin) {
    Answering answering = new Answering(store, setup, failureWithin);
    answering.thread.start();
    try {
      answering.loop.awaitReady();
      return answering;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      answering.close();
      throw Failure.cluster("Cannot open the model, the thread was interrupted while it loaded.");
    } catch (RuntimeException e) {
      answering.close();
      throw e;
    }
  }

  private int[] warmUpPrompt(int tokens) {
    return room.of("a ".repeat(tokens), codecOfLoop, new PromptRoom.Reserve(WarmUp.TOKENS, true))
        .ids();
  }

  /** What answers. */
  public AnswerSetup setup() {
    return setup;
  }

  /** The names of adapters, in the order in which they were given. */
  public List<String> adapters() {
    return setup.adapters().stream().map(AdapterPlace::name).toList();
  }

  /**
   * The mix that a text such as {@code a=0.7,b=0.3} names; an adapter's name alone is that one as
   * it was given.
   */
  public AdapterMix mix(String text) {
    return setup.adapters().stream()
        .filter(place -> place.isWeighed() && place.name().equals(text.strip()))
        .map(place -> AdapterMix.first(List.of(place)))
        .findFirst()
        .orElseGet(() -> AdapterMix.parse(text, adapters()));
  }

  /** Values of decoding with their origin. */
  public ResolvedGeneration resolved(GenerationChoice choice) {
    return choice.with(defaults);
  }

  /** What there is to say about the form of a mix's prompts; empty where there is nothing. */
  public String saidOf(AdapterMix mix) {
    return forms.of(mix).said();
  }

  /**
   * Whether a mix can answer.
   *
   * @throws Failure where it cannot
   */
  public void check(AdapterMix mix) {
    forms.of(mix);
    models.shares(mix);
  }

  /** The name of the form of a mix's prompts. */
  public String formOf(AdapterMix mix) {
    return forms.of(mix).form().name();
  }

  /** How many questions are answered at the moment. */
  public int running() {
    return loop.load().running();
  }

  /** How many questions wait for a row. */
  public int waiting() {
    return loop.load().waiting();
  }

  /** Why nothing is answered any more, if so. */
  public Optional<Failure> broken() {
    return loop.broken();
  }

  /**
   * Answers the last message of a conversation; the caller closes the answer.
   *
   * @throws Failure where the conversation or the settings cannot be answered
   * @throws BusyRefusal where too many questions wait
   */
  public Answer ask(Question question) {
    PromptForm form = forms.of(question.mix()).form();
    return answer(
        new Asking(question.mix(), question.generation(), question.key()),
        form::shown,
        form.turnEnds(),
        (codec, reserve) -> room.of(question.conversation(), form, codec, reserve));
  }

  /** Goes on with a text as it is; otherwise like {@link #ask}. */
  public Answer complete(String text, AdapterMix mix, GenerationChoice generation, long key) {
    return answer(
        new Asking(mix, generation, key),
        answer -> answer,
        List.of(),
        (codec, reserve) -> room.of(text, codec, reserve));
  }

  /** Answers all that was asked, and takes nothing more; waits at most so long. */
  public void finish(Duration limit) throws InterruptedException {
    loop.finish();
    thread.join(Math.max(1, limit.toMillis()));
  }

  @Override
  public void close() {
    loop.cancelAll();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    codecs.giveBack(codecOfLoop);
    codecs.close();
  }

  private record Asking(AdapterMix mix, GenerationChoice generation, long key) {
    boolean asksForLength() {
      return generation.given().containsKey("max_new_tokens");
    }
  }

  private interface Preparing {
    PreparedPrompt of(TokenCodec codec, PromptRoom.Reserve reserve);
  }

  private Answer answer(
      Asking asking,
      UnaryOperator<String> shown,
      Collection<String> turnEnds,
      Preparing preparing) {
    GenerationSettings settings = resolved(asking.generation()).settings();
    TokenCodec codec = codecs.take();
    try {
      PreparedPrompt prompt =
          preparing.of(
              codec, new PromptRoom.Reserve(settings.maxNewTokens(), asking.asksForLength()));
      GenerationSettings ending = settings.endingAt(ids(turnEnds, codec));
      AnswerRules rules =
          new AnswerRules(
              ending.atMost(prompt.room()), AnswerEnd.of(ending.stops(), codecOfLoop::decode));
      LiveAnswer live = new LiveAnswer();
      loop.submit(
          new AnswerRows.Row(
              new Sequence(asking.key(), prompt.ids(), models.shares(asking.mix()), rules), live));
      AnswerText text = new AnswerText(codec, shown, ending.stops());
      return new Answer(live, text, codec, codecs::giveBack, prompt);
    } catch (RuntimeException e) {
      codecs.giveBack(codec);
      throw e;
    }
  }

  private static List<Integer> ids(Collection<String> tokens, TokenCodec codec) {
    return tokens.stream()
        .map(codec::specialToken)
        .filter(OptionalInt::isPresent)
        .map(OptionalInt::getAsInt)
        .toList();
  }
}
