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

/** Reads ChatGLM-6B: the prompt is seen in both directions, positions have two dimensions. */
final class ChatGlm {
  /**
   * √(2 · 28). The published code takes 28 from a default value and never passes the configured
   * number of layers on.
   */
  private static final double RESIDUAL_SCALE = Math.sqrt(56);

  private static final WeightNames NAMES =
      WeightNames.in("transformer.layers")
          .embedding("transformer.word_embeddings")
          .inputNorm("input_layernorm")
          .qkv("attention.query_key_value")
          .attentionOut("attention.dense")
          .innerNorm("post_attention_layernorm")
          .feedForwardIn("mlp.dense_h_to_4h")
          .feedForwardOut("mlp.dense_4h_to_h")
          .finalNorm("transformer.final_layernorm")
          .head("lm_head")
          .build();

  private ChatGlm() {}

  static DecoderSpec read(ModelConfig config) {
    config.allow("position_encoding_2d", "true");
    int hidden = config.integer("hidden_size");
    int heads = config.integer("num_attention_heads");
    int headSize = LlamaShape.headSize(config, hidden, heads);
    int inner = config.integer("inner_hidden_size", 4 * hidden);
    return new DecoderSpec(
        ModelFamily.CHATGLM,
        new Size(
            config.integer("num_layers"),
            hidden,
            config.integer("vocab_size"),
            config.contextLength()),
        new Norm(NormForm.CENTRED, config.number("layernorm_epsilon", 1e-5)),
        new Attention(heads, heads, headSize, QkvLayout.PER_HEAD, true, true),
        new Rotary(
            RotaryLayout.TWO_DIMENSIONAL, RotaryFrequencies.halfRounded(10000, headSize / 2)),
        Window.NONE,
        new FeedForward(inner, FeedForwardForm.GELU, true),
        new Scales(1, RESIDUAL_SCALE),
        new Head(config.flag("tie_word_embeddings", true), false),
        NAMES,
        new PromptTokens(
            config.integer("bos_token_id"),
            List.of(config.integer("gmask_token_id"), config.integer("mask_token_id"))));
  }
}
