package org.sparklora;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The model families, one row each: what is known of a family without opening a model. Packages
 * that do something else for each family switch over all of them, so that the compiler names every
 * place a new one needs: {@code model} reads its shape and weight names, {@code text} its
 * tokenizer.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are List.of, the predicates hold constants
public enum ModelFamily {
  CHATGLM(
      "chatglm",
      Marks.any("position_encoding_2d", "inner_hidden_size"),
      "ChatGLM-6B",
      List.of("query_key_value"),
      OriginalLabels.TARGET),
  CHATGLM2(
      "chatglm",
      Marks.all("multi_query_group_num", "padded_vocab_size").notNamed("chatglm3"),
      "ChatGLM2-6B",
      List.of("query_key_value"),
      OriginalLabels.TARGET),
  CHATGLM3(
      "chatglm",
      Marks.all("multi_query_group_num", "padded_vocab_size").named("chatglm3"),
      "ChatGLM3-6B",
      List.of("query_key_value"),
      OriginalLabels.TARGET),
  GLM("glm", Marks.NONE, "GLM-4-9B-chat-hf", List.of("q_proj", "v_proj"), OriginalLabels.ALL),
  BAICHUAN("baichuan", Marks.NORM_HEAD.not(), "Baichuan-7B", List.of("W_pack"), OriginalLabels.ALL),
  BAICHUAN2("baichuan", Marks.NORM_HEAD, "Baichuan2-7B", List.of("W_pack"), OriginalLabels.ALL),
  LLAMA("llama", Marks.NONE, "", List.of("q_proj", "v_proj"), OriginalLabels.ALL),
  MISTRAL("mistral", Marks.NONE, "", List.of("q_proj", "v_proj"), OriginalLabels.ALL),
  QWEN2("qwen2", Marks.NONE, "", List.of("q_proj", "v_proj"), OriginalLabels.ALL),
  QWEN3("qwen3", Marks.NONE, "", List.of("q_proj", "v_proj"), OriginalLabels.ALL),
  PHI3("phi3", Marks.NONE, "Phi-3-mini-4k", List.of("qkv_proj"), OriginalLabels.ALL),
  GEMMA3_TEXT(
      "gemma3_text",
      Marks.NONE,
      "Gemma 3 without images",
      List.of("q_proj", "v_proj"),
      OriginalLabels.ALL);

  /**
   * Which ids LLM-Tuning's script for the family labels. ChatGLM3 is of ChatGLM2's kind; the others
   * it has none for are of baichuan's and get its rule.
   */
  public enum OriginalLabels {
    /** From the last prompt id on. */
    TARGET,
    /** Every id but the first. */
    ALL
  }

  private final String modelType;
  private final Marks marks;
  private final String bases;
  private final List<String> usualTargets;
  private final OriginalLabels originalLabels;

  /**
   * @param modelType the {@code model_type} of {@code config.json}
   * @param marks the keys that tell families of one {@code model_type} apart
   * @param bases the published models, where the word alone does not say them
   */
  ModelFamily(
      String modelType,
      Marks marks,
      String bases,
      List<String> usualTargets,
      OriginalLabels originalLabels) {
    this.modelType = modelType;
    this.marks = marks;
    this.bases = bases;
    this.usualTargets = usualTargets;
    this.originalLabels = originalLabels;
  }

  /** The family of a model's {@code config.json}, or nothing where none or several fit. */
  public static Optional<ModelFamily> of(JsonNode config) {
    String type = config.path("model_type").asText("");
    List<ModelFamily> fitting = ofType(type).filter(f -> f.marks.in.test(config)).toList();
    return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
  }

  /** The family of a {@link #word}. */
  public static Optional<ModelFamily> ofWord(String word) {
    return Stream.of(values()).filter(f -> f.word().equals(word)).findFirst();
  }

  /** All families in words, with their bases. */
  public static String supported() {
    return Stream.of(values())
        .map(f -> f.word() + (f.bases.isEmpty() ? "" : " (" + f.bases + ")"))
        .collect(Collectors.joining(", "));
  }

  /** Every {@code model_type} that some family has. */
  public static List<String> modelTypes() {
    return Stream.of(values()).map(f -> f.modelType).distinct().toList();
  }

  /** What tells the families of a {@code model_type} apart, in words; empty for an unknown type. */
  public static String marks(String modelType) {
    return ofType(modelType)
        .map(f -> f.marks.words + " for " + f.bases)
        .collect(Collectors.joining(", "));
  }

  private static Stream<ModelFamily> ofType(String modelType) {
    return Stream.of(values()).filter(f -> f.modelType.equals(modelType));
  }

  /** The family's name in files, messages and the README. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The linear layers that LLM-Tuning adapts, or PEFT's default ones. */
  public List<String> usualTargets() {
    return usualTargets;
  }

  /** Which ids LLM-Tuning labels. */
  public OriginalLabels originalLabels() {
    return originalLabels;
  }

  /** Keys of {@code config.json} by which a family is known; null counts as absent. */
  private record Marks(String words, Predicate<JsonNode> in) {
    static final Marks NONE = new Marks("no mark", config -> true);

    /** Baichuan2's class is spelt like Baichuan's but for one letter. */
    static final Marks NORM_HEAD =
        new Marks(
            "architectures BaichuanForCausalLM or z_loss_weight",
            config ->
                config.hasNonNull("z_loss_weight")
                    || config
                        .path("architectures")
                        .path(0)
                        .asText("")
                        .equals("BaichuanForCausalLM"));

    static Marks any(String... keys) {
      return new Marks(
          String.join(" or ", keys), config -> Stream.of(keys).anyMatch(config::hasNonNull));
    }

    static Marks all(String... keys) {
      return new Marks(
          String.join(" and ", keys), config -> Stream.of(keys).allMatch(config::hasNonNull));
    }

    /** Only where the model's own name holds the word: its keys are another generation's. */
    Marks named(String word) {
      return new Marks(words + " and a _name_or_path with " + word, in.and(c -> isNamed(c, word)));
    }

    Marks not() {
      return new Marks("no " + words, in.negate());
    }

    Marks notNamed(String word) {
      return new Marks(words, in.and(config -> !isNamed(config, word)));
    }

    private static boolean isNamed(JsonNode config, String word) {
      return config.path("_name_or_path").asText("").toLowerCase(Locale.ROOT).contains(word);
    }
  }
}
