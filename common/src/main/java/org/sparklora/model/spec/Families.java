package org.sparklora.model.spec;

import java.util.List;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.FeedForwardForm;
import org.sparklora.model.spec.DecoderSpec.NormForm;
import org.sparklora.model.spec.DecoderSpec.QkvLayout;
import org.sparklora.model.spec.DecoderSpec.RotaryLayout;

/**
 * The reader of each model family: what its {@code config.json} means and how its weights are
 * named. Families of llama's shape are read here.
 */
final class Families {
  /** What a decoder in training would drop at random; predicting drops nothing. */
  private static final List<String> DROPOUTS = List.of("attention_dropout", "hidden_dropout");

  /** Keys of other models that do nothing with these values: factors of one, nothing of a kind. */
  private static final Map<String, String> NEUTRAL =
      Map.of(
          "logit_scale", "1",
          "logits_scaling", "1",
          "embedding_multiplier", "1",
          "residual_multiplier", "1",
          "num_experts", "0",
          "num_local_experts", "0",
          "alibi", "false");

  private Families() {}

  static DecoderSpec describe(ModelConfig config) {
    config.allow("quantization_bit", "0");
    config.allow("pre_seq_len", "0");
    config.allow("is_encoder_decoder", "false");
    config.allow("add_cross_attention", "false");
    ModelFamily family = config.family().orElseThrow(() -> unknown(config));
    OtherKinds.refuse(config);
    DecoderSpec spec = read(family, config);
    NEUTRAL.forEach((key, value) -> config.allow(key, value));
    config.refuseOthers();
    return spec;
  }

  /** Refuses what only training would do otherwise. */
  static void checkTraining(ModelConfig config) {
    for (String key : DROPOUTS) {
      if (config.has(key) && config.number(key, 0) != 0) {
        throw config.refuseToTrain(key);
      }
    }
  }

  private static DecoderSpec read(ModelFamily family, ModelConfig config) {
    return switch (family) {
      case CHATGLM -> ChatGlm.read(config);
      case CHATGLM2, CHATGLM3 -> ChatGlm2.read(family, config);
      case GLM -> glm(config);
      case BAICHUAN -> baichuan(ModelFamily.BAICHUAN, config).read();
      case BAICHUAN2 -> baichuan(ModelFamily.BAICHUAN2, config).normalisedHead().read();
      case LLAMA -> llama(config);
      case MISTRAL -> mistral(config);
      case QWEN2 -> qwen2(config);
      case QWEN3 -> qwen3(config);
      case PHI3 -> phi3(config);
      case GEMMA3_TEXT -> Gemma3.read(config);
    };
  }

  private static Failure unknown(ModelConfig config) {
    String type = config.text("model_type", "(missing)");
    String marks = ModelFamily.marks(type);
    return marks.isEmpty()
        ? config.refuse("model_type = " + type, OtherKinds.insteadOf(config))
        : config.refuse("model_type = " + type + " of unknown generation", marks);
  }

  /** Half of each head is turned, in pairs; gate and up come from one matrix. */
  private static DecoderSpec glm(ModelConfig config) {
    boolean bias = config.flag("attention_bias", false);
    Attention attention = LlamaShape.separateHeads(config, bias, false);
    RotarySettings rotary = RotarySettings.of(config);
    double base = rotary.base("rope_theta", 10000) * config.positive("rope_ratio", 1);
    int channels = rotary.channels(attention.headSize(), 0.5);
    return new LlamaShape(ModelFamily.GLM, config, attention)
        .names(LlamaShape.NAMES.toBuilder().feedForwardIn("mlp.gate_up_proj").build())
        .norm(NormForm.RMS, 1.5625e-7)
        .rotary(RotaryLayout.PAIRS, rotary.frequencies(base, channels))
        .feedForward(FeedForwardForm.GATED_STACKED)
        .read();
  }

  private static LlamaShape baichuan(ModelFamily family, ModelConfig config) {
    if (config.integer("hidden_size") == 5120 || config.integer("num_hidden_layers") == 40) {
      throw config.refuse("a 13B shape, which uses ALiBi", "the 7B model with rotary positions");
    }
    config.allow("z_loss_weight", "0", "0.0");
    int heads = config.integer("num_attention_heads");
    int headSize = LlamaShape.headSize(config, config.integer("hidden_size"), heads);
    Attention attention = new Attention(heads, heads, headSize, QkvLayout.STACKED, false, false);
    return new LlamaShape(family, config, attention)
        .names(LlamaShape.NAMES.toBuilder().qkv("self_attn.W_pack").build());
  }

  private static DecoderSpec llama(ModelConfig config) {
    config.allow("mlp_bias", "false");
    config.allow("rope_interleaved", "false");
    boolean bias = config.flag("attention_bias", false);
    Attention attention = LlamaShape.separateHeads(config, bias, bias);
    return new LlamaShape(ModelFamily.LLAMA, config, attention).read();
  }

  private static DecoderSpec mistral(ModelConfig config) {
    config.allow("attention_bias", "false");
    Attention attention = LlamaShape.separateHeads(config, false, false);
    return new LlamaShape(ModelFamily.MISTRAL, config, attention)
        .window(new SlidingWindows(config).mistral())
        .read();
  }

  private static DecoderSpec qwen2(ModelConfig config) {
    config.allow("use_mrope", "false");
    config.allow("attention_bias", "true");
    Attention attention = LlamaShape.separateHeads(config, true, false);
    return new LlamaShape(ModelFamily.QWEN2, config, attention)
        .window(new SlidingWindows(config).qwen())
        .read();
  }

  /** Each head's query and key are normalised before they are turned. */
  private static DecoderSpec qwen3(ModelConfig config) {
    boolean bias = config.flag("attention_bias", false);
    Attention attention = LlamaShape.separateHeads(config, bias, bias);
    return new LlamaShape(ModelFamily.QWEN3, config, attention)
        .names(
            LlamaShape.NAMES.toBuilder().headNorms("self_attn.q_norm", "self_attn.k_norm").build())
        .window(new SlidingWindows(config).qwen())
        .read();
  }

  /** Queries, keys and values come from one matrix, gate and up from another. */
  private static DecoderSpec phi3(ModelConfig config) {
    config.allow("attention_bias", "false");
    config.allow("embd_pdrop", "0", "0.0");
    config.allow("resid_pdrop", "0", "0.0");
    config.allow("lm_head_bias", "false");
    config.allow("full_attn_mod", "1");
    config.allow("interpolate_factor", "1");
    Attention attention = LlamaShape.heads(config, QkvLayout.STACKED, false, false);
    RotarySettings rotary = RotarySettings.of(config);
    int channels = rotary.channels(attention.headSize(), 1);
    List<Float> frequencies = rotary.frequencies(rotary.base("rope_theta", 10000), channels);
    return new LlamaShape(ModelFamily.PHI3, config, attention)
        .names(
            LlamaShape.NAMES.toBuilder()
                .qkv("self_attn.qkv_proj")
                .feedForwardIn("mlp.gate_up_proj")
                .build())
        .norm(NormForm.RMS, 1e-5)
        .rotary(RotaryLayout.HALVES, frequencies)
        .window(new SlidingWindows(config).phi3())
        .feedForward(FeedForwardForm.GATED_STACKED)
        .read();
  }
}
