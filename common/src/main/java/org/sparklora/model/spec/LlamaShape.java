package org.sparklora.model.spec;

import java.util.List;
import org.sparklora.ModelFamily;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.FeedForward;
import org.sparklora.model.spec.DecoderSpec.FeedForwardForm;
import org.sparklora.model.spec.DecoderSpec.Head;
import org.sparklora.model.spec.DecoderSpec.Norm;
import org.sparklora.model.spec.DecoderSpec.NormForm;
import org.sparklora.model.spec.DecoderSpec.PromptTokens;
import org.sparklora.model.spec.DecoderSpec.QkvLayout;
import org.sparklora.model.spec.DecoderSpec.Rotary;
import org.sparklora.model.spec.DecoderSpec.RotaryLayout;
import org.sparklora.model.spec.DecoderSpec.Scales;
import org.sparklora.model.spec.DecoderSpec.Size;
import org.sparklora.model.spec.DecoderSpec.Window;

/**
 * A decoder of llama's shape while its configuration is read: what is set by nobody is as llama has
 * it.
 */
final class LlamaShape {
  static final WeightNames NAMES =
      WeightNames.in("model.layers")
          .embedding("model.embed_tokens")
          .inputNorm("input_layernorm")
          .qkv("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")
          .attentionOut("self_attn.o_proj")
          .innerNorm("post_attention_layernorm")
          .feedForwardIn("mlp.gate_proj", "mlp.up_proj")
          .feedForwardOut("mlp.down_proj")
          .finalNorm("model.norm")
          .head("lm_head")
          .build();

  private final ModelFamily family;
  private final ModelConfig config;
  private final Attention attention;
  private WeightNames names = NAMES;
  private NormForm norm = NormForm.RMS;
  private double epsilon = 1e-6;
  private Rotary rotary;
  private Window window;
  private FeedForwardForm feedForward = FeedForwardForm.GATED;
  private Scales scales = Scales.NONE;
  private boolean tied;
  private boolean normalisedHead;

  LlamaShape(ModelFamily family, ModelConfig config, Attention attention) {
    this.family = family;
    this.config = config;
    this.attention = attention;
  }

  /** Heads of three projections; {@code head_dim} is a quotient where it is not given. */
  static Attention separateHeads(ModelConfig config, boolean qkvBias, boolean outBias) {
    return heads(config, QkvLayout.SEPARATE, qkvBias, outBias);
  }

  static Attention heads(ModelConfig config, QkvLayout layout, boolean qkvBias, boolean outBias) {
    int heads = config.integer("num_attention_heads");
    int groups = config.integer("num_key_value_heads", heads);
    int headSize =
        config.has("head_dim")
            ? config.integer("head_dim")
            : headSize(config, config.integer("hidden_size"), heads);
    if (groups == 0 || heads % groups != 0) {
      throw config.refuse(
          "num_key_value_heads = " + groups, "a divisor of num_attention_heads = " + heads);
    }
    return new Attention(heads, groups, headSize, layout, qkvBias, outBias);
  }

  static int headSize(ModelConfig config, int hidden, int heads) {
    if (heads == 0 || hidden % heads != 0) {
      throw config.refuse("num_attention_heads = " + heads, "a divisor of hidden_size = " + hidden);
    }
    return hidden / heads;
  }

  LlamaShape names(WeightNames other) {
    names = other;
    return this;
  }

  LlamaShape norm(NormForm form, double usualEpsilon) {
    norm = form;
    epsilon = usualEpsilon;
    return this;
  }

  LlamaShape rotary(RotaryLayout layout, List<Float> frequencies) {
    rotary = new Rotary(layout, frequencies);
    return this;
  }

  LlamaShape rotary(Rotary other) {
    rotary = other;
    return this;
  }

  LlamaShape window(Window other) {
    window = other;
    return this;
  }

  LlamaShape feedForward(FeedForwardForm form) {
    feedForward = form;
    return this;
  }

  LlamaShape embeddingScale(double scale) {
    scales = new Scales(scale, 1);
    return this;
  }

  /** Where {@code tie_word_embeddings} does not say otherwise. */
  LlamaShape usuallyTied() {
    tied = true;
    return this;
  }

  LlamaShape normalisedHead() {
    normalisedHead = true;
    return this;
  }

  DecoderSpec read() {
    if (feedForward.isGelu()) {
      config.allow("hidden_activation", "gelu_pytorch_tanh");
    } else if (!config.text("hidden_act", "").equals("swish")) { // its other name
      config.allow("hidden_act", "silu");
    }
    config.leaveToTraining("attention_dropout");
    return new DecoderSpec(
        family,
        new Size(
            config.integer("num_hidden_layers"),
            config.integer("hidden_size"),
            config.integer("vocab_size"),
            config.contextLength()),
        new Norm(norm, config.number("rms_norm_eps", epsilon)),
        attention,
        rotary == null ? wholeHeads() : rotary,
        window == null ? new SlidingWindows(config).none() : window,
        new FeedForward(config.integer("intermediate_size"), feedForward, false),
        scales,
        new Head(config.flag("tie_word_embeddings", tied), normalisedHead),
        names,
        PromptTokens.NONE);
  }

  private Rotary wholeHeads() {
    RotarySettings settings = RotarySettings.of(config);
    int channels = settings.wholeHead(attention.headSize());
    double base = settings.base("rope_theta", 10000);
    return new Rotary(RotaryLayout.HALVES, settings.frequencies(base, channels));
  }
}
