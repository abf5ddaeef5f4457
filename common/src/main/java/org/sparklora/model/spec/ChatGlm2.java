package org.sparklora.model.spec;

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
 * Reads ChatGLM2-6B and ChatGLM3-6B: query heads share keys and values, half of each head is turned
 * in pairs.
 */
final class ChatGlm2 {
  private static final WeightNames NAMES =
      WeightNames.in("transformer.encoder.layers")
          .embedding("transformer.embedding.word_embeddings")
          .inputNorm("input_layernorm")
          .qkv("self_attention.query_key_value")
          .attentionOut("self_attention.dense")
          .innerNorm("post_attention_layernorm")
          .feedForwardIn("mlp.dense_h_to_4h")
          .feedForwardOut("mlp.dense_4h_to_h")
          .finalNorm("transformer.encoder.final_layernorm")
          .head("transformer.output_layer")
          .build();

  private ChatGlm2() {}

  static DecoderSpec read(ModelFamily family, ModelConfig config) {
    config.allow("add_bias_linear", "false");
    config.allow("multi_query_attention", "true");
    config.allow("rmsnorm", "true");
    config.allow("post_layer_norm", "true");
    config.allow("apply_residual_connection_post_layernorm", "false");
    config.allow("fp32_residual_connection", "false");
    config.allow("original_rope", "true");
    config.leaveToTraining("hidden_dropout");
    config.leaveToTraining("attention_dropout");
    config.allow("tie_word_embeddings", "false", "true"); // the published code never ties them
    int headSize = config.integer("kv_channels");
    return new DecoderSpec(
        family,
        new Size(
            config.integer("num_layers"),
            config.integer("hidden_size"),
            config.integer("padded_vocab_size"),
            config.contextLength()),
        new Norm(NormForm.RMS, config.number("layernorm_epsilon", 1e-5)),
        new Attention(
            config.integer("num_attention_heads"),
            config.integer("multi_query_group_num"),
            headSize,
            QkvLayout.STACKED,
            config.flag("add_qkv_bias", false),
            false),
        new Rotary(RotaryLayout.PAIRS, RotaryFrequencies.plain(base(family, config), headSize / 2)),
        Window.NONE,
        new FeedForward(config.integer("ffn_hidden_size"), FeedForwardForm.GATED_STACKED, false),
        Scales.NONE,
        new Head(false, false),
        NAMES,
        PromptTokens.NONE);
  }

  /** {@code rope_ratio} raises ChatGLM3's base; ChatGLM2 divides positions by it. */
  private static double base(ModelFamily family, ModelConfig config) {
    if (family == ModelFamily.CHATGLM2) {
      config.allow("rope_ratio", "1", "1.0");
    }
    return 10000 * config.positive("rope_ratio", 1);
  }
}
