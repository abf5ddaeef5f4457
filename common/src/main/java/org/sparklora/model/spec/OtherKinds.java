package org.sparklora.model.spec;

import java.util.List;
import java.util.regex.Pattern;

/** What tells from {@code config.json} alone that a model is of a kind that is not run. */
final class OtherKinds {
  private static final List<String> QUANTISED =
      List.of("quantization_config", "quantization", "compression_config");

  /** The first key that is there says which. */
  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              "a model of text alone",
              "text_config",
              "vision_config",
              "audio_config",
              "llm_config"),
          new Kind(
              "a model without recurrent layers",
              "linear_num_key_heads",
              "hybrid_override_pattern",
              "mamba_d_state",
              "ssm_state_size",
              "conv_L_cache"),
          new Kind(
              "a model without experts",
              "num_experts",
              "num_local_experts",
              "n_routed_experts",
              "moe_num_experts"),
          new Kind(
              "a model that does not cap its logits",
              "attn_logit_softcapping",
              "final_logit_softcapping"));

  private static final Pattern CLASSIFIER =
      Pattern.compile(".*For(SequenceClassification|TokenClassification|QuestionAnswering)");

  private OtherKinds() {}

  private record Kind(String expected, List<String> keys) {
    Kind(String expected, String... keys) {
      this(expected, List.of(keys));
    }
  }

  /** What would do instead of a model of no family. */
  static String insteadOf(ModelConfig config) {
    for (Kind kind : KINDS) {
      for (String key : kind.keys()) {
        if (config.asksFor(key)) {
          return kind.expected() + "; this one has " + key;
        }
      }
    }
    return "a supported family";
  }

  /** Refuses what a model of any family may be. */
  static void refuse(ModelConfig config) {
    for (String key : QUANTISED) {
      if (config.has(key)) {
        throw config.refuse(
            key + " = " + config.shown(key), "a model whose numbers are fp32, bf16 or fp16");
      }
    }
    for (String name : config.words("architectures")) {
      if (CLASSIFIER.matcher(name).matches()) {
        throw config.refuse("architectures = " + name, "a model that answers with tokens");
      }
    }
  }
}
