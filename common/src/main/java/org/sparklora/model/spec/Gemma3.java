package org.sparklora.model.spec;

import org.sparklora.ModelFamily;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.FeedForwardForm;
import org.sparklora.model.spec.DecoderSpec.NormForm;
import org.sparklora.model.spec.DecoderSpec.Rotary;
import org.sparklora.model.spec.DecoderSpec.RotaryLayout;

/**
 * Reads Gemma 3's text models: a norm before and behind each block, one for each head's query and
 * key, and layers with a window, whose rotary positions have a base of their own.
 */
final class Gemma3 {
  private static final WeightNames NAMES =
      LlamaShape.NAMES.toBuilder()
          .headNorms("self_attn.q_norm", "self_attn.k_norm")
          .attentionNorm("post_attention_layernorm")
          .innerNorm("pre_feedforward_layernorm")
          .feedForwardNorm("post_feedforward_layernorm")
          .build();

  /** Products are divided by its root; a model may say another number. */
  private static final double USUAL_QUERY_SCALAR = 256;

  private Gemma3() {}

  static DecoderSpec read(ModelConfig config) {
    config.allow("attn_logit_softcapping");
    config.allow("final_logit_softcapping");
    config.allow("use_bidirectional_attention", "false");
    Attention attention = attention(config);
    return new LlamaShape(ModelFamily.GEMMA3_TEXT, config, attention)
        .names(NAMES)
        .norm(NormForm.RMS_ONE_PLUS, 1e-6)
        .rotary(rotary(config, attention.headSize()))
        .window(new SlidingWindows(config).gemma3())
        .feedForward(FeedForwardForm.GELU_GATED)
        .embeddingScale(Math.sqrt(config.integer("hidden_size")))
        .usuallyTied()
        .read();
  }

  private static Attention attention(ModelConfig config) {
    boolean bias = config.flag("attention_bias", false);
    Attention heads = LlamaShape.separateHeads(config, bias, bias);
    double scalar = config.positive("query_pre_attn_scalar", USUAL_QUERY_SCALAR);
    return new Attention(
        heads.heads(),
        heads.groups(),
        heads.headSize(),
        heads.layout(),
        bias,
        bias,
        1 / Math.sqrt(scalar));
  }

  private static Rotary rotary(ModelConfig config, int headSize) {
    RotarySettings settings = RotarySettings.of(config);
    int channels = settings.wholeHead(headSize);
    RotarySettings full = settings.ofLayers("full_attention");
    RotarySettings sliding = settings.ofLayers("sliding_attention");
    double local = config.positive("rope_local_base_freq", 10000);
    return new Rotary(
        RotaryLayout.HALVES,
        full.frequencies(full.base("rope_theta", 1e6), channels),
        sliding == settings
            ? RotaryFrequencies.plain(local, channels)
            : sliding.frequencies(sliding.base("rope_local_base_freq", 10000), channels));
  }
}
