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
    FeedForward feedForward,
    double residualScale,
    boolean tiedHead,
    WeightNames names,
    PromptTokens promptTokens) {

  /** Layers, hidden size and vocabulary of the model, and the most tokens it was made for. */
  public record Size(int layers, int hidden, int vocabulary, int contextLength) {}

  /** Layer norm with bias, or RMS norm. */
  public record Norm(boolean centred, double epsilon) {}

  /** Query heads share {@code groups} key/value heads. */
  public record Attention(
      int heads, int groups, int headSize, QkvLayout layout, boolean qkvBias, boolean outBias) {}

  /** How queries, keys and values come out of the projections. */
  public enum QkvLayout {
    /** Three projections. */
    SEPARATE,
    /** One projection: all query heads, then the key heads, then the value heads. */
    STACKED,
    /** One projection: query, key and value of head 0, then of head 1, and so on. */
    PER_HEAD
  }

  /** Rotary positions; inverse frequencies per turned pair of channels, computed in fp32. */
  public record Rotary(RotaryLayout layout, List<Float> inverseFrequencies) {}

  /** Which channels of a head are turned, and in which pairs. */
  public enum RotaryLayout {
    /** The whole head; channel i with channel i + size/2. */
    HALVES,
    /** The first half of the head; channels 2i and 2i + 1. */
    PAIRS,
    /**
     * The first half of the head by position, the second by position in the answer; each in halves.
     */
    TWO_DIMENSIONAL
  }

  /** Inner size and form of the two feed-forward matrices. */
  public record FeedForward(int inner, FeedForwardForm form, boolean bias) {}

  /** How the inner activation is made. */
  public enum FeedForwardForm {
    /** silu(gate) · up, two projections. */
    GATED,
    /** The same from one projection: gate, then up. */
    GATED_STACKED,
    /** tanh-gelu of one projection. */
    GELU
  }

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

  /** The same with a head of its own, or with the embeddings as head. */
  public DecoderSpec withTiedHead(boolean tied) {
    return new DecoderSpec(
        family,
        size,
        norm,
        attention,
        rotary,
        feedForward,
        residualScale,
        tied,
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

  /** About how many numbers per token a forward pass keeps for its backward pass, all layers. */
  public long keptPerToken() {
    long qkv = (long) (attention.heads() + 2 * attention.groups()) * attention.headSize();
    long attended = (long) attention.heads() * attention.headSize();
    long inner = (feedForward.form() == FeedForwardForm.GELU ? 1L : 2L) * feedForward.inner();
    return size.layers() * (3L * size.hidden() + qkv + attended + inner);
  }
}
