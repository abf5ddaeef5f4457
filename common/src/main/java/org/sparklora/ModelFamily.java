package org.sparklora;

import java.util.Optional;
import java.util.function.Predicate;

/** The model families; a model's {@code config.json} says which one it is. */
public enum ModelFamily {
  CHATGLM,
  CHATGLM2,
  BAICHUAN,
  LLAMA,
  QWEN2;

  /** The {@code model_type} of both ChatGLM generations; other keys tell them apart. */
  public static final String CHATGLM_TYPE = "chatglm";

  /**
   * The family of a {@code model_type}, or nothing for another type or another generation.
   *
   * @param hasKey whether {@code config.json} has a key
   */
  public static Optional<ModelFamily> of(String modelType, Predicate<String> hasKey) {
    return switch (modelType) {
      case CHATGLM_TYPE -> chatGlm(hasKey);
      case "baichuan" -> Optional.of(BAICHUAN);
      case "llama" -> Optional.of(LLAMA);
      case "qwen2" -> Optional.of(QWEN2);
      default -> Optional.empty();
    };
  }

  private static Optional<ModelFamily> chatGlm(Predicate<String> hasKey) {
    boolean first = hasKey.test("position_encoding_2d") || hasKey.test("inner_hidden_size");
    boolean second = hasKey.test("multi_query_group_num") && hasKey.test("padded_vocab_size");
    return first == second ? Optional.empty() : Optional.of(first ? CHATGLM : CHATGLM2);
  }
}
