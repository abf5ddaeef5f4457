package org.sparklora.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.ModelFamily;
import org.sparklora.model.DecoderSpec.Attention;
import org.sparklora.model.DecoderSpec.FeedForward;
import org.sparklora.model.DecoderSpec.FeedForwardForm;
import org.sparklora.model.DecoderSpec.Norm;
import org.sparklora.model.DecoderSpec.PromptTokens;
import org.sparklora.model.DecoderSpec.QkvLayout;
import org.sparklora.model.DecoderSpec.Rotary;
import org.sparklora.model.DecoderSpec.RotaryLayout;
import org.sparklora.model.DecoderSpec.Size;

/**
 * The model families as data: what their {@code config.json} means, and how their weights are
 * named.
 */
final class Families {
  static final String SUPPORTED =
      "chatglm (ChatGLM-6B), chatglm2 (ChatGLM2-6B), baichuan (Baichuan-7B), llama, qwen2";

  /**
   * √(2 · 28). The published code takes 28 from a default value and never passes the configured
   * number of layers on.
   */
  private static final double CHATGLM_RESIDUAL_SCALE = Math.sqrt(56);

  private static final List<String> SEPARATE_QKV =
      List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");

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
    String type = config.text("model_type", "(missing)");
    ModelFamily family = ModelFamily.of(type, config::has).orElseThrow(() -> unknown(config, type));
    return switch (family) {
      case CHATGLM -> chatglm1(config);
      case CHATGLM2 -> chatglm2(config);
      case BAICHUAN -> baichuan(config);
      case LLAMA -> llama(config);
      case QWEN2 -> qwen2(config);
    };
  }

  private static Failure unknown(ModelConfig config, String type) {
    return type.equals(ModelFamily.CHATGLM_TYPE)
        ? config.refuse(
            "model_type = chatglm of unknown generation",
            "position_encoding_2d or inner_hidden_size for ChatGLM-6B, multi_query_group_num and"
                + " padded_vocab_size for ChatGLM2-6B")
        : config.refuse("model_type = " + type, "a supported family");
  }

  private static DecoderSpec chatglm1(ModelConfig config) {
    config.allow("position_encoding_2d", "true");
    int hidden = config.integer("hidden_size");
    int heads = config.integer("num_attention_heads");
    int headSize = headSize(config, hidden, heads);
    int inner = config.integer("inner_hidden_size", 4 * hidden);
    return new DecoderSpec(
        "chatglm",
        new Size(config.integer("num_layers"), hidden, config.integer("vocab_size")),
        new Norm(true, config.number("layernorm_epsilon", 1e-5)),
        new Attention(heads, heads, headSize, QkvLayout.PER_HEAD, true, true),
        new Rotary(
            RotaryLayout.TWO_DIMENSIONAL, RotaryFrequencies.halfRounded(10000, headSize / 2)),
        new FeedForward(inner, FeedForwardForm.GELU, true),
        CHATGLM_RESIDUAL_SCALE,
        config.flag("tie_word_embeddings", true),
        new WeightNames(
            "transformer.word_embeddings",
            "transformer.layers",
            "input_layernorm",
            List.of("attention.query_key_value"),
            "attention.dense",
            "post_attention_layernorm",
            List.of("mlp.dense_h_to_4h"),
            "mlp.dense_4h_to_h",
            "transformer.final_layernorm",
            "lm_head"),
        new PromptTokens(
            config.integer("bos_token_id"),
            List.of(config.integer("gmask_token_id"), config.integer("mask_token_id"))));
  }

  private static DecoderSpec chatglm2(ModelConfig config) {
    config.allow("add_bias_linear", "false");
    config.allow("multi_query_attention", "true");
    config.allow("rmsnorm", "true");
    config.allow("post_layer_norm", "true");
    config.allow("apply_residual_connection_post_layernorm", "false");
    config.allow("fp32_residual_connection", "false");
    config.allow("original_rope", "true");
    config.allow("rope_ratio", "1", "1.0");
    config.allow("hidden_dropout", "0", "0.0");
    config.allow("attention_dropout", "0", "0.0");
    int headSize = config.integer("kv_channels");
    return new DecoderSpec(
        "chatglm2",
        new Size(
            config.integer("num_layers"),
            config.integer("hidden_size"),
            config.integer("padded_vocab_size")),
        new Norm(false, config.number("layernorm_epsilon", 1e-5)),
        new Attention(
            config.integer("num_attention_heads"),
            config.integer("multi_query_group_num"),
            headSize,
            QkvLayout.STACKED,
            config.flag("add_qkv_bias", false),
            false),
        new Rotary(RotaryLayout.PAIRS, RotaryFrequencies.plain(10000, headSize / 2)),
        new FeedForward(config.integer("ffn_hidden_size"), FeedForwardForm.GATED_STACKED, false),
        1,
        false,
        new WeightNames(
            "transformer.embedding.word_embeddings",
            "transformer.encoder.layers",
            "input_layernorm",
            List.of("self_attention.query_key_value"),
            "self_attention.dense",
            "post_attention_layernorm",
            List.of("mlp.dense_h_to_4h"),
            "mlp.dense_4h_to_h",
            "transformer.encoder.final_layernorm",
            "transformer.output_layer"),
        PromptTokens.NONE);
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
    return llamaLike("baichuan", config, attention, List.of("self_attn.W_pack"));
  }

  private static DecoderSpec llama(ModelConfig config) {
    config.allow("mlp_bias", "false");
    boolean bias = config.flag("attention_bias", false);
    return llamaLike("llama", config, separateAttention(config, bias, bias), SEPARATE_QKV);
  }

  private static DecoderSpec qwen2(ModelConfig config) {
    config.allow("use_sliding_window", "false");
    config.allow("use_mrope", "false");
    return llamaLike("qwen2", config, separateAttention(config, true, false), SEPARATE_QKV);
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
      String family, ModelConfig config, Attention attention, List<String> qkv) {
    config.allow("hidden_act", "silu");
    config.allow("attention_dropout", "0", "0.0");
    return new DecoderSpec(
        family,
        new Size(
            config.integer("num_hidden_layers"),
            config.integer("hidden_size"),
            config.integer("vocab_size")),
        new Norm(false, config.number("rms_norm_eps", 1e-6)),
        attention,
        new Rotary(RotaryLayout.HALVES, frequencies(config, attention.headSize())),
        new FeedForward(config.integer("intermediate_size"), FeedForwardForm.GATED, false),
        1,
        config.flag("tie_word_embeddings", false),
        new WeightNames(
            "model.embed_tokens",
            "model.layers",
            "input_layernorm",
            qkv,
            "self_attn.o_proj",
            "post_attention_layernorm",
            List.of("mlp.gate_proj", "mlp.up_proj"),
            "mlp.down_proj",
            "model.norm",
            "lm_head"),
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

  private static int headSize(ModelConfig config, int hidden, int heads) {
    if (heads == 0 || hidden % heads != 0) {
      throw config.refuse("num_attention_heads = " + heads, "a divisor of hidden_size = " + hidden);
    }
    return hidden / heads;
  }
}
