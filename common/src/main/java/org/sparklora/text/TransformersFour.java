package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.sparklora.ModelFamily;

/** Says where transformers 4 gives other ids than version 5, which this application follows. */
record TransformersFour(Path file, TokenizerSettings settings, ModelFamily family) {
  private static final Set<String> OWN_FRAMES =
      Set.of("LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer");

  /**
   * @param before the file without its vocabulary as published, {@code after} as completed
   * @param id of an added token, or −1
   */
  List<String> differences(
      JsonNode before, JsonNode after, PromptFrame frame, ToIntFunction<String> id) {
    List<String> differences = new ArrayList<>();
    if (OWN_FRAMES.contains(settings.tokenizerClass())) {
      frame(frame, id).ifPresent(differences::add);
    }
    JsonNode words = after.path("pre_tokenizer");
    if (TokenizerCompletion.QWEN.contains(family) && !words.equals(before.path("pre_tokenizer"))) {
      differences.add(
          "The tokenizer %s follows add_prefix_space of tokenizer_config.json, as transformers 5 does; transformers 4 does not (docs/tokenizers.md)."
              .formatted(file));
    }
    boolean metaspace = words.path("type").asText().equals("Metaspace");
    if (metaspace && !rules(before).equals(rules(after))) {
      differences.add(
          "The tokenizer %s puts a blank before a text by legacy and add_prefix_space of tokenizer_config.json, as transformers 5 does; transformers 4 gives other ids to texts that begin with a blank or follow a special token (docs/tokenizers.md)."
              .formatted(file));
    }
    return differences;
  }

  private static List<JsonNode> rules(JsonNode tokenizer) {
    return List.of(tokenizer.path("normalizer"), tokenizer.path("pre_tokenizer"));
  }

  /** Version 4 makes the frame of these classes from the settings, not from the file. */
  private Optional<String> frame(PromptFrame frame, ToIntFunction<String> id) {
    int[] before = special("bos", "<s>", settings.flag("add_bos_token", true), id);
    int[] behind = special("eos", "</s>", settings.flag("add_eos_token", false), id);
    boolean same = Arrays.equals(before, frame.before()) && Arrays.equals(behind, frame.after());
    boolean unknown =
        Arrays.stream(before).anyMatch(i -> i < 0) || Arrays.stream(behind).anyMatch(i -> i < 0);
    return same || unknown
        ? Optional.empty()
        : Optional.of(
            "The tokenizer %s puts %s before a prompt and %s behind it, as transformers 5 does; transformers 4 puts %s and %s, by add_bos_token and add_eos_token (docs/tokenizers.md)."
                .formatted(
                    file,
                    Arrays.toString(frame.before()),
                    Arrays.toString(frame.after()),
                    Arrays.toString(before),
                    Arrays.toString(behind)));
  }

  private int[] special(String role, String byDefault, boolean added, ToIntFunction<String> id) {
    return added ? new int[] {id.applyAsInt(settings.specialToken(role, byDefault))} : new int[0];
  }
}
