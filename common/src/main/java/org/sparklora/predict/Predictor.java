package org.sparklora.predict;

import ai.djl.engine.EngineException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.sparklora.Failure;
import org.sparklora.Vocabulary;
import org.sparklora.generation.GenerationSettings;
import org.sparklora.generation.Stops;
import org.sparklora.mix.RowMixes;
import org.sparklora.model.load.ComputeOptions;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.storage.Store;
import org.sparklora.text.Codecs;
import org.sparklora.text.TokenCodec;

/** Texts in, texts out: one model with its codec. Used by one thread at a time. */
public final class Predictor implements AutoCloseable {
  private static final int[] NOTHING = {};

  private final Supplier<TokenCodec> codecs;
  private final TokenCodec codec;
  private final DecodingModel model;
  private final Vocabulary vocabulary;
  private final PromptNotes prompts;
  private final PromptWriter writer;
  private final RowShares shares;
  private final RowsAtOnce rowsAtOnce = new RowsAtOnce();

  private Predictor(
      Supplier<TokenCodec> codecs,
      TokenCodec codec,
      DecodingModel model,
      Vocabulary vocabulary,
      PromptNotes prompts,
      RowShares shares) {
    this.shares = shares;
    this.prompts = prompts;
    this.writer = prompts.writer(codec);
    this.codecs = codecs;
    this.codec = codec;
    this.model = model;
    this.vocabulary = vocabulary;
  }

  /** Opens a codec, then the model. */
  static Predictor of(
      Supplier<TokenCodec> codecs, Supplier<DecodingModel> model, Vocabulary vocabulary) {
    return of(codecs, model, vocabulary, PromptNotes.PLAIN, RowShares.NONE);
  }

  private static Predictor of(
      Supplier<TokenCodec> codecs,
      Supplier<DecodingModel> model,
      Vocabulary vocabulary,
      PromptNotes prompts,
      RowShares shares) {
    TokenCodec codec = codecs.get();
    try {
      return new Predictor(codecs, codec, model.get(), vocabulary, prompts, shares);
    } catch (RuntimeException e) {
      codec.close();
      throw e;
    }
  }

  /**
   * Opens a model for the calling thread.
   *
   * @param codecFolder the tokenizer's files on this host
   */
  public static Predictor open(
      Store store, ModelChoice choice, Path codecFolder, ComputeOptions options) {
    return open(store, choice, codecFolder, options, PromptNotes.PLAIN);
  }

  /** The same with prompts in a form. */
  public static Predictor open(
      Store store,
      ModelChoice choice,
      Path codecFolder,
      ComputeOptions options,
      PromptNotes prompts) {
    int size = DecoderSpec.read(store, choice.checkpoint()).size().vocabulary();
    if (!choice.adapters().isPerRow()) {
      return of(
          () -> Codecs.open(codecFolder),
          () -> OpenedModel.open(store, choice, options),
          new Vocabulary(size),
          prompts,
          RowShares.NONE);
    }
    RowMixes mixes = OpenedModel.rowMixes(store, choice);
    return of(
        () -> Codecs.open(codecFolder),
        () -> OpenedModel.openShared(store, choice, mixes.adapter(), options),
        new Vocabulary(size),
        prompts,
        text -> mixes.shares(choice.adapters().ofRow(text)));
  }

  /** How much of each rank of the model's adapters a row takes, by what it asks for. */
  private interface RowShares {
    RowShares NONE = text -> null;

    float[] of(String text);
  }

  /** One for the calling thread that shares the weights; each is closed on its own. */
  Predictor forAnotherThread() {
    return of(codecs, model::forAnotherThread, vocabulary, prompts, shares);
  }

  /** Prepares the calling thread, which uses this until another one calls it. */
  void bindToThread() {
    model.bindToThread();
  }

  /**
   * Predictions in the order of the prompts. A prompt too long for the model is cut at its end; one
   * without any token (empty, and the family adds none) gets an empty one.
   */
  public List<Prediction> predict(List<Prompt> prompts, GenerationSettings settings) {
    return predict(prompts, settings, rows -> {});
  }

  /**
   * The same.
   *
   * @param done hears of rows as they are answered, and of a negative number that have to be again
   */
  public List<Prediction> predict(
      List<Prompt> prompts, GenerationSettings settings, IntConsumer done) {
    int longest = longestPrompt(settings);
    List<int[]> encoded = new ArrayList<>();
    List<Generator.Request> requests = new ArrayList<>();
    for (Prompt prompt : prompts) {
      int[] ids = writer.ids(prompt.text());
      requireKnown(ids, prompt);
      encoded.add(ids);
      if (ids.length > 0) {
        int[] fitting = ids.length > longest ? writer.ids(prompt.text(), longest) : ids;
        requests.add(new Generator.Request(prompt.row(), fitting, shares.of(prompt.adapter())));
      }
    }
    GenerationSettings ending =
        settings.endingAt(codec.endOfSequence()).endingAt(writer.turnEnds());
    var generated = generated(requests, ending, done).iterator();
    done.accept(prompts.size() - requests.size());
    List<Prediction> predictions = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      int[] ids = encoded.get(i).length == 0 ? NOTHING : generated.next();
      boolean cut = encoded.get(i).length > longest;
      predictions.add(prediction(prompts.get(i), text(ids, ending.stops()), ids.length, cut));
    }
    return predictions;
  }

  /** With fewer rows at once where there is no memory for all. */
  private List<int[]> generated(
      List<Generator.Request> requests, GenerationSettings settings, IntConsumer done) {
    AnswerEnd end = AnswerEnd.of(settings.stops(), this::decoded);
    while (true) {
      int rows = rowsAtOnce.of(settings.batchSize());
      AtomicInteger ended = new AtomicInteger();
      IntConsumer told = done.andThen(ended::addAndGet);
      try {
        return new Generator(model, settings, end, rows, told).generate(requests);
      } catch (EngineException e) {
        done.accept(-ended.get());
        rowsAtOnce.makeRoom(rows, requests, settings.maxNewTokens(), e);
        model.releaseMemory();
      }
    }
  }

  private Prediction prediction(Prompt prompt, String answer, int newTokens, boolean cut) {
    return new Prediction(
        prompt, writer.shown(answer), newTokens, cut, prompt.target().map(writer::shown));
  }

  @Override
  public void close() {
    try (codec) {
      model.close();
    }
  }

  private void requireKnown(int[] ids, Prompt prompt) {
    OptionalInt beyond = vocabulary.firstBeyond(ids);
    if (beyond.isPresent()) {
      throw Failure.input(
          "Cannot predict, a token is beyond the model's vocabulary: id %d in row %d (expected 0 to %d). Take the tokenizer files that were published with this base."
              .formatted(beyond.getAsInt(), prompt.row(), vocabulary.size() - 1));
    }
  }

  private int longestPrompt(GenerationSettings settings) {
    int longest = model.contextLength() - settings.maxNewTokens();
    int shortest = codec.encodePrompt("").length + 1;
    if (longest < shortest) {
      throw Failure.usage(
          "Cannot predict, --max_new_tokens leaves no room for a prompt: %d (expected at most %d for this model). Lower it."
              .formatted(settings.maxNewTokens(), model.contextLength() - shortest));
    }
    return longest;
  }

  /** Without what a stop text begins. */
  private String text(int[] ids, Stops stops) {
    return stops.before(decoded(ids));
  }

  /** Without the end token; other stops show where they are no special tokens. */
  private String decoded(int[] ids) {
    boolean ended = ids.length > 0 && ids[ids.length - 1] == codec.endOfSequence();
    return codec.decode(ended ? Arrays.copyOf(ids, ids.length - 1) : ids);
  }
}
