package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sparklora.Failure;
import org.sparklora.Sha256;
import org.sparklora.SizeLimit;
import org.sparklora.StandIn;

/** The files of a model folder that determine token ids, and their fingerprint. */
record TokenizerFolder(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ADDED_TOKENS = "added_tokens_decoder";
  private static final String END = "eos_token_id";
  private static final String SETTINGS = "tokenizer_config.json";

  TokenizerFolder {
    if (!Files.isDirectory(folder)) {
      throw Failure.input(
          "Cannot open the base model, its folder does not exist: %s (expected a folder with config.json and tokenizer files). Check --model_checkpoint."
              .formatted(folder));
    }
  }

  /**
   * {@code config.json}, which must exist; the end token that it lacks is that of {@code
   * generation_config.json}.
   */
  JsonNode config() {
    ObjectNode config = (ObjectNode) json(required("config.json"));
    if (!config.hasNonNull(END)) {
      optional("generation_config.json")
          .filter(generation -> generation.hasNonNull(END))
          .ifPresent(generation -> config.set(END, generation.get(END)));
    }
    return config;
  }

  /** {@code tokenizer_config.json}; empty if missing. */
  TokenizerSettings settings() {
    return new TokenizerSettings(optional(SETTINGS).orElseGet(JSON::createObjectNode));
  }

  /**
   * The settings as {@code transformers} merges them: without {@code added_tokens_decoder}, the
   * older {@code special_tokens_map.json} and {@code added_tokens.json} are read as well.
   */
  TokenizerSettings mergedSettings() {
    ObjectNode settings = (ObjectNode) settings().json();
    if (settings.has(ADDED_TOKENS)) {
      return new TokenizerSettings(settings);
    }
    optional("special_tokens_map.json").ifPresent(map -> settings.setAll((ObjectNode) map));
    optional("added_tokens.json").ifPresent(ids -> settings.set(ADDED_TOKENS, byId(ids)));
    return new TokenizerSettings(settings);
  }

  private static ObjectNode byId(JsonNode ids) {
    ObjectNode tokens = JSON.createObjectNode();
    ids.properties()
        .forEach(id -> tokens.putObject(id.getValue().asText()).put("content", id.getKey()));
    return tokens;
  }

  private Optional<JsonNode> optional(String name) {
    Path file = folder.resolve(name);
    return Files.exists(file) ? Optional.of(json(file)) : Optional.empty();
  }

  /** The vocabulary file {@code name}, which must exist. */
  HashedFile vocabulary(String name) {
    HashedFile file = HashedFile.read(required(name));
    StandIn.refuse(file.bytes(), "the tokenizer", "its file", file.path());
    return file;
  }

  boolean has(String name) {
    return Files.exists(folder.resolve(name));
  }

  private Path required(String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw Failure.input(
          "Cannot open the base model, a file is missing: %s (expected beside the weights). Download the model folder again, with its tokenizer."
              .formatted(file));
    }
    return file;
  }

  /** {@code sha256:<hex>} of name, length and bytes of the vocabulary file and the settings. */
  String fingerprint(HashedFile vocabulary) {
    Sha256 sha256 = new Sha256();
    add(sha256, vocabulary.name(), vocabulary.bytes());
    Path settings = folder.resolve(SETTINGS);
    if (Files.exists(settings)) {
      add(sha256, SETTINGS, bytes(settings));
    }
    return sha256.fingerprint();
  }

  static byte[] bytes(Path file) {
    if (Files.isDirectory(file)) {
      throw Failure.input(
          "Cannot read the tokenizer, its file is a folder: %s (expected a file). Download the file again."
              .formatted(file));
    }
    try {
      SizeLimit.DESCRIPTION.require("read the tokenizer", "its length", Files.size(file), file);
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot read %s, the read failed: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /** Meta's own files of LLaMA 3 are such, and Qwen's first ones. */
  static Failure tiktoken(Path file) {
    return Failure.input(
        "Cannot read the tokenizer, its file is tiktoken's: %s (expected SentencePiece's, or tokenizer.json beside it). Make tokenizer.json with transformers: AutoTokenizer.from_pretrained(folder).save_pretrained(folder)."
            .formatted(file));
  }

  static Failure damaged(Path file, Exception cause) {
    return Failure.input(
        "Cannot read the tokenizer, its file is damaged or of another kind: %s (%s). Download the file again."
            .formatted(file, cause.getMessage()),
        cause);
  }

  private static JsonNode json(Path file) {
    try {
      byte[] bytes = bytes(file);
      StandIn.refuse(bytes, "the base model", "its file", file);
      JsonNode node = JSON.readTree(bytes);
      if (!node.isObject()) {
        throw new IOException("not a JSON object");
      }
      return node;
    } catch (IOException e) {
      throw damaged(file, e);
    }
  }

  private static void add(Sha256 sha256, String name, byte[] content) {
    sha256.add(name + '\n' + content.length + '\n').add(content);
  }
}
