package org.sparklora.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.sparklora.Failure;
import org.sparklora.StandIn;

/**
 * The chat templates of a model's folder.
 *
 * @param sources by name; the usual one is {@code default}
 * @param specialTokens such as {@code bos_token} → {@code <s>}, as templates may read them
 * @param allSpecial texts of all special tokens
 */
public record ModelTemplates(
    Map<String, String> sources, Map<String, String> specialTokens, Set<String> allSpecial) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DEFAULT = "default";
  private static final String OF_TOOLS = "tool_use";
  private static final String FILE = "chat_template.jinja";
  private static final String SETTINGS = "tokenizer_config.json";
  private static final List<String> ROLES =
      List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");

  /**
   * Looks for templates in {@code folder}: files before the key in its settings.
   *
   * @throws Failure when a file cannot be read
   */
  public static Optional<ModelTemplates> find(Path folder) {
    JsonNode settings = json(folder.resolve(SETTINGS));
    Map<String, String> sources = files(folder);
    if (sources.isEmpty()) {
      sources = key(settings.path("chat_template"), folder.resolve(SETTINGS));
    }
    return sources.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ModelTemplates(sources, named(folder, settings), special(folder, settings)));
  }

  /**
   * The form of the usual template, with the one for conversations with tools if there is one.
   *
   * @throws Failure when there are only others
   * @throws org.sparklora.template.TemplateRefusal when it cannot be read
   */
  public TemplateForm form() {
    boolean one = sources.size() == 1;
    String source = sources.get(one ? sources.keySet().iterator().next() : DEFAULT);
    if (source == null) {
      throw Failure.input(
          "Cannot use the chat templates, the model has several and none is the default: %s (expected one named default). Choose a --prompt_form."
              .formatted(String.join(", ", sources.keySet())));
    }
    TemplateForm form = TemplateForm.of(template(source), allSpecial, Map.of());
    String ofTools = sources.get(OF_TOOLS);
    return one || ofTools == null ? form : form.withTools(template(ofTools));
  }

  private ChatTemplate template(String source) {
    return ChatTemplate.of("of the model", source, specialTokens);
  }

  private static Map<String, String> files(Path folder) {
    Map<String, String> sources = new LinkedHashMap<>();
    if (Files.isRegularFile(folder.resolve(FILE))) {
      sources.put(DEFAULT, text(folder.resolve(FILE)));
    }
    Path more = folder.resolve("additional_chat_templates");
    if (Files.isDirectory(more)) {
      try (Stream<Path> files = Files.list(more)) {
        files
            .filter(file -> file.toString().endsWith(".jinja"))
            .sorted()
            .forEach(file -> sources.put(name(file), text(file)));
      } catch (IOException e) {
        throw unreadable(more, e);
      }
    }
    return sources;
  }

  private static String name(Path file) {
    return file.getFileName().toString().replaceFirst("\\.jinja$", "");
  }

  private static Map<String, String> key(JsonNode templates, Path file) {
    if (templates.isMissingNode() || templates.isNull()) {
      return Map.of();
    }
    if (templates.isTextual()) {
      return Map.of(DEFAULT, templates.asText());
    }
    Map<String, String> sources = new TreeMap<>();
    for (JsonNode one : templates) {
      if (!one.path("name").isTextual() || !one.path("template").isTextual()) {
        throw Failure.input(
            "Cannot read the chat template, chat_template has another form: %s (expected a text, or a list of name and template). Download the file again."
                .formatted(file));
      }
      sources.put(one.path("name").asText(), one.path("template").asText());
    }
    return sources;
  }

  /** A token is a text, or an object with its content. */
  private static Map<String, String> named(Path folder, JsonNode settings) {
    JsonNode older = json(folder.resolve("special_tokens_map.json"));
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String role : ROLES) {
      String key = role + "_token";
      JsonNode token = settings.has(key) ? settings.path(key) : older.path(key);
      content(token).ifPresent(text -> tokens.put(key, text));
    }
    return tokens;
  }

  private static Optional<String> content(JsonNode token) {
    JsonNode text = token.isObject() ? token.path("content") : token;
    return text.isTextual() ? Optional.of(text.asText()) : Optional.empty();
  }

  private static Set<String> special(Path folder, JsonNode settings) {
    Set<String> special = new LinkedHashSet<>(named(folder, settings).values());
    for (String key : List.of("additional_special_tokens", "extra_special_tokens")) {
      settings.path(key).forEach(token -> content(token).ifPresent(special::add));
    }
    addMarked(settings.path("added_tokens_decoder"), special);
    addMarked(json(folder.resolve("tokenizer.json")).path("added_tokens"), special);
    return special;
  }

  private static void addMarked(JsonNode tokens, Set<String> special) {
    for (JsonNode token : tokens) {
      if (token.path("special").asBoolean()) {
        content(token).ifPresent(special::add);
      }
    }
  }

  /** An empty object where there is no file. */
  private static JsonNode json(Path file) {
    if (!Files.isRegularFile(file)) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(text(file));
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static String text(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      StandIn.refuse(bytes, "the chat template", "its file", file);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Failure unreadable(Path file, IOException e) {
    return Failure.input(
        "Cannot read the chat template, a file is damaged: %s (%s). Download the file again."
            .formatted(file, e.getClass().getSimpleName()),
        e);
  }
}
