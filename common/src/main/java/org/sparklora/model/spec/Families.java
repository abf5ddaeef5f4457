package org.sparklora.model.spec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.model.spec.DecoderSpec.Attention;
import org.sparklora.model.spec.DecoderSpec.FeedForward;
import org.sparklora.model.spec.DecoderSpec.FeedForwardForm;
import org.sparklora.model.spec.DecoderSpec.Norm;
import org.sparklora.model.spec.DecoderSpec.PromptTokens;
import org.sparklora.model.spec.DecoderSpec.QkvLayout;
import org.sparklora.model.spec.DecoderSpec.Rotary;
import org.sparklora.model.spec.DecoderSpec.RotaryLayout;
import org.sparklora.model.spec.DecoderSpec.Size;

/**
 * The reader of each model family: what its {@code config.json} means and how its weights are
 * named. Families of llama's shape are read here.
 */
final class Families {
  private static final WeightNames LLAMA_NAMES =
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

  /** Keys of other models and of quantised ones; whatever they say, we would give wrong logits. */
  private static final List<String> NEVER =
      List.of(
          "quantization_config",
          "partial_rotary_factor",
          "attn_logit_softcapping",
          "final_logit_softcapping",
          "query_pre_attn_scalar",
          "logit_scale",
          "logits_scaling",
          "embedding_multiplier",
          "residual_multiplier",
          "attention_multiplier",
          "clip_qkv",
          "num_experts",
          "num_local_experts",
          "alibi");

  private Families() {}

  static DecoderSpec describe(ModelConfig config) {
    NEVER.forEach(key -> config.allow(key));
    config.allow("quantization_bit", "0");
    config.allow("pre_seq_len", "0");
    return switch (config.family().orElseThrow(() -> unknown(config))) {
      case CHATGLM -> ChatGlm.read(config);
      case CHATGLM2 -> ChatGlm2.read(config);
      case BAICHUAN -> baichuan(config);
      case LLAMA -> llama(config);
      case QWEN2 -> qwen2(config);
    };
  }

  private static Failure unknown(ModelConfig config) {
    String type = config.text("model_type", "(missing)");
    String marks = ModelFamily.marks(type);
    return marks.isEmpty()
        ? config.refuse("model_type = " + type, "a supported family")
        : config.refuse("model_type = " + type + " of unknown generation", marks);
  }

  private static DecoderSpec baichuan(ModelConfig config) {
    if (config.integer("hidden_size") == 5120 || config.integer("num_hidden_layers") == 40) {
      throw config.refuse("a 13B shape, which uses ALiBi", "the 7B model with rotary positions");
    }
    if (config.first("architectures").equals("BaichuanForCausalLM")
        || config.has("z_loss_weight")) {
      throw config.refuse(
          "architectures = BaichuanForCausalLM, which normalises the head's weights",
          "BaiChuanForCausalLM");
    }
    int heads = config.integer("num_attention_heads");
    int headSize = headSize(config, config.integer("hidden_size"), heads);
    Attention attention = new Attention(heads, heads, headSize, QkvLayout.STACKED, false, false);
    WeightNames names = LLAMA_NAMES.toBuilder().qkv("self_attn.W_pack").build();
    return llamaLike(ModelFamily.BAICHUAN, config, attention, names);
  }

  private static DecoderSpec llama(ModelConfig config) {
    config.allow("mlp_bias", "false");
    boolean bias = config.flag("attention_bias", false);
    return llamaLike(ModelFamily.LLAMA, config, separateAttention(config, bias, bias), LLAMA_NAMES);
  }

  private static DecoderSpec qwen2(ModelConfig config) {
    config.allow("use_sliding_window", "false");
    config.allow("use_mrope", "false");
    return llamaLike(
        ModelFamily.QWEN2, config, separateAttention(config, true, false), LLAMA_NAMES);
  }

  private static Attention separateAttention(ModelConfig config, boolean qkvBias, boolean outBias) {
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
    return new Attention(heads, groups, headSize, QkvLayout.SEPARATE, qkvBias, outBias);
  }

  private static DecoderSpec llamaLike(
      ModelFamily family, ModelConfig config, Attention attention, WeightNames names) {
    config.allow("hidden_act", "silu");
    config.allow("attention_dropout", "0", "0.0");
    return new DecoderSpec(
        family,
        new Size(
            config.integer("num_hidden_layers"),
            config.integer("hidden_size"),
            config.integer("vocab_size"),
            config.contextLength()),
        new Norm(false, config.number("rms_norm_eps", 1e-6)),
        attention,
        new Rotary(RotaryLayout.HALVES, frequencies(config, attention.headSize())),
        new FeedForward(config.integer("intermediate_size"), FeedForwardForm.GATED, false),
        1,
        config.flag("tie_word_embeddings", false),
        names,
        PromptTokens.NONE);
  }

  /** {@code rope_scaling} in the old configurations, {@code rope_parameters} in the new ones. */
  private static List<Float> frequencies(ModelConfig config, int headSize) {
    boolean renamed = config.has("rope_parameters");
    JsonNode scaling = config.object(renamed ? "rope_parameters" : "rope_scaling");
    double theta =
        renamed && scaling.has("rope_theta")
            ? config.number(scaling, "rope_theta")
            : config.number("rope_theta", 10000);
    List<Float> plain = RotaryFrequencies.plain(theta, headSize);
    if (scaling == null) {
      return plain;
    }
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    return switch (type) {
      case "default" -> plain;
      case "llama3" -> RotaryFrequencies.llama3(plain, config, scaling);
      default -> throw config.refuse("rope_scaling of type " + type, "rope_scaling of type llama3");
    };
  }

  static int headSize(ModelConfig config, int hidden, int heads) {
    if (heads == 0 || hidden % heads != 0) {
      throw config.refuse("num_attention_heads = " + heads, "a divisor of hidden_size = " + hidden);
    }
    return hidden / heads;
  }
}
