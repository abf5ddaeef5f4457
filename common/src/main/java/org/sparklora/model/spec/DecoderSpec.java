package org.sparklora.model.spec;

import java.util.List;
import org.sparklora.ModelFamily;
import org.sparklora.storage.Store;

/** A decoder described by data: all that tells one family and size from another. */
public record DecoderSpec(
    ModelFamily family,
    Size size,
    Norm norm,
    Attention attention,
    Rotary rotary,
    Window window,
    FeedForward feedForward,
    Scales scales,
    Head head,
    WeightNames names,
    PromptTokens promptTokens) {

  /** Layers, hidden size and vocabulary of the model, and the most tokens it was made for. */
  public record Size(int layers, int hidden, int vocabulary, int contextLength) {}

  /** How values are normalised, and the number that keeps the divisor from zero. */
  public record Norm(NormForm form, double epsilon) {
    /** Whether the mean is taken off and a bias put on. */
    public boolean centred() {
      return form == NormForm.CENTRED;
    }
  }

  /** What a norm does with its weights. */
  public enum NormForm {
    /** Layer norm: weight and bias. */
    CENTRED,
    /** RMS norm, times the weight. */
    RMS,
    /** RMS norm, times 1 + the weight, in fp32. */
    RMS_ONE_PLUS
  }

  /** Query heads share {@code groups} key/value heads; scores are products times {@code scale}. */
  public record Attention(
      int heads,
      int groups,
      int headSize,
      QkvLayout layout,
      boolean qkvBias,
      boolean outBias,
      double scale) {

    /** Scores scaled by the size of a head. */
    Attention(
        int heads, int groups, int headSize, QkvLayout layout, boolean qkvBias, boolean outBias) {
      this(heads, groups, headSize, layout, qkvBias, outBias, 1 / Math.sqrt(headSize));
    }
  }

  /** How queries, keys and values come out of the projections. */
  public enum QkvLayout {
    /** Three projections. */
    SEPARATE,
    /** One projection: all query heads, then the key heads, then the value heads. */
    STACKED,
    /** One projection: query, key and value of head 0, then of head 1, and so on. */
    PER_HEAD
  }

  /**
   * Rotary positions; inverse frequencies per turned pair of channels, computed in fp32. Layers
   * with a window may have frequencies of their own.
   */
  public record Rotary(
      RotaryLayout layout, List<Float> inverseFrequencies, List<Float> windowFrequencies) {
    /** The same frequencies in all layers. */
    Rotary(RotaryLayout layout, List<Float> inverseFrequencies) {
      this(layout, inverseFrequencies, inverseFrequencies);
    }
  }

  /**
   * Which channels of a head are turned, and in which pairs: the first ones, as many as there are
   * frequencies for.
   */
  public enum RotaryLayout {
    /** Channel i with channel i + half of the turned ones. */
    HALVES,
    /** Channels 2i and 2i + 1. */
    PAIRS,
    /**
     * The first half of the head by position, the second by position in the answer; each in halves.
     */
    TWO_DIMENSIONAL
  }

  /**
   * The tokens that a token sees in layers with a window, itself included, and which layers these
   * are. Elsewhere it sees all before it.
   */
  public record Window(int tokens, List<Boolean> layers) {
    static final Window NONE = new Window(0, List.of());

    /** The window of a layer, or 0 where it sees everything. */
    public int of(int layer) {
      return tokens > 0 && layers.get(layer) ? tokens : 0;
    }
  }

  /** Inner size and form of the two feed-forward matrices. */
  public record FeedForward(int inner, FeedForwardForm form, boolean bias) {}

  /** How the inner activation is made. */
  public enum FeedForwardForm {
    /** silu(gate) · up, two projections. */
    GATED,
    /** The same from one projection: gate, then up. */
    GATED_STACKED,
    /** tanh-gelu(gate) · up, two projections. */
    GELU_GATED,
    /** tanh-gelu of one projection. */
    GELU;

    /** Whether the activation is tanh-gelu. */
    public boolean isGelu() {
      return this == GELU || this == GELU_GATED;
    }
  }

  /**
   * Factors of the embeddings, rounded to the computing type, and of the residual, which is the
   * normalised input where the factor is not 1.
   */
  public record Scales(double embedding, double residual) {
    static final Scales NONE = new Scales(1, 1);
  }

  /** Whether the head is the embeddings, and whether its rows are brought to length 1. */
  public record Head(boolean tied, boolean normalised) {}

  /**
   * Tokens that shape the positions and the mask of a two-dimensional model: the answer starts at
   * {@code start}; {@code masks} are looked for in order. All -1 or empty for other families.
   */
  public record PromptTokens(int start, List<Integer> masks) {
    static final PromptTokens NONE = new PromptTokens(-1, List.of());
  }

  /** Reads {@code config.json} of a model folder; what is not supported is refused by name. */
  public static DecoderSpec read(Store store, String folder) {
    return Families.describe(ModelConfig.read(store, folder));
  }

  /** The same, and refuses what is only wrong for training. */
  public static DecoderSpec readToTrain(Store store, String folder) {
    ModelConfig config = ModelConfig.read(store, folder);
    DecoderSpec spec = Families.describe(config);
    Families.checkTraining(config);
    return spec;
  }

  /** The same description with a head of its own, or with the embeddings as head. */
  public DecoderSpec withTiedHead(boolean tied) {
    return new DecoderSpec(
        family,
        size,
        norm,
        attention,
        rotary,
        window,
        feedForward,
        scales,
        new Head(tied, head.normalised()),
        names,
        promptTokens);
  }

  /** Whether the prompt is seen in both directions, as ChatGLM-6B has it. */
  public boolean seesPromptBothWays() {
    return promptTokens.start() >= 0;
  }

  /** All linear modules, layer by layer, in the order in which they run. */
  public List<LinearModule> linearModules() {
    return new ModelShapes(this).modules();
  }

  /** What it says about results, as one line that later versions write alike. */
  public String settings() {
    return SettingsLine.of(this);
  }

  /** About how many numbers per token a forward pass keeps for its backward pass, all layers. */
  public long keptPerToken() {
    long turned = (long) (attention.heads() + attention.groups()) * attention.headSize();
    long qkv = turned + (long) attention.groups() * attention.headSize();
    long attended = (long) attention.heads() * attention.headSize();
    long inner = (feedForward.form() == FeedForwardForm.GELU ? 1L : 2L) * feedForward.inner();
    long normed = names.headNorms().isEmpty() ? 0 : turned;
    long blocks = names.attentionNorm().isEmpty() ? 3L : 5L;
    return size.layers() * (blocks * size.hidden() + qkv + normed + attended + inner);
  }
}
