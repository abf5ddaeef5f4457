package org.sparklora.model.spec;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What tells from {@code config.json} alone that a model is of a kind that is not run. */
final class OtherKinds {
  private static final List<String> QUANTISED =
      List.of("quantization_config", "quantization", "compression_config");

  /** Keys of other kinds, the first that is there says which. */
  private static final List<Kind> BY_KEY =
      List.of(
          new Kind("a model of text alone", "text_config"),
          new Kind("a model of text alone", "vision_config"),
          new Kind("a model of text alone", "audio_config"),
          new Kind("a model of text alone", "llm_config"),
          new Kind("a model without recurrent layers", "linear_num_key_heads"),
          new Kind("a model without recurrent layers", "hybrid_override_pattern"),
          new Kind("a model without recurrent layers", "mamba_d_state"),
          new Kind("a model without recurrent layers", "ssm_state_size"),
          new Kind("a model without recurrent layers", "conv_L_cache"),
          new Kind("a model without experts", "num_experts"),
          new Kind("a model without experts", "num_local_experts"),
          new Kind("a model without experts", "n_routed_experts"),
          new Kind("a model without experts", "moe_num_experts"),
          new Kind("a model that does not cap its logits", "attn_logit_softcapping"),
          new Kind("a model that does not cap its logits", "final_logit_softcapping"));

  private static final Pattern CLASSIFIER =
      Pattern.compile(".*For(SequenceClassification|TokenClassification|QuestionAnswering)");

  private OtherKinds() {}

  private record Kind(String expected, String key) {}

  /** What would do instead of a model of no family. */
  static String insteadOf(ModelConfig config) {
    Optional<Kind> kind = BY_KEY.stream().filter(k -> config.asksFor(k.key())).findFirst();
    return kind.map(k -> k.expected() + "; this one has " + k.key()).orElse("a supported family");
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
