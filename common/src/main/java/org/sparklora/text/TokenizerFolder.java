package org.sparklora.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sparklora.Failure;
import org.sparklora.Sha256;

/** The files of a model folder that determine token ids, and their fingerprint. */
record TokenizerFolder(Path folder) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SETTINGS = "tokenizer_config.json";

  TokenizerFolder {
    if (!Files.isDirectory(folder)) {
      throw Failure.input(
          "Cannot open the base model, its folder does not exist: %s (expected a folder with config.json and tokenizer files). Check --model_checkpoint."
              .formatted(folder));
    }
  }

  /** {@code config.json}, which must exist. */
  JsonNode config() {
    return json(required("config.json"));
  }

  /** {@code tokenizer_config.json}; empty if missing. */
  TokenizerSettings settings() {
    Path file = folder.resolve(SETTINGS);
    return new TokenizerSettings(Files.exists(file) ? json(file) : JSON.createObjectNode());
  }

  /** The vocabulary file {@code name}, which must exist. */
  HashedFile vocabulary(String name) {
    return HashedFile.read(required(name));
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
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot read %s, the read failed: %s.".formatted(file, e.getMessage()), e);
    }
  }

  static Failure damaged(Path file, Exception cause) {
    return Failure.input(
        "Cannot read the tokenizer, its file is damaged or of another kind: %s (%s). Download the file again."
            .formatted(file, cause.getMessage()),
        cause);
  }

  private static JsonNode json(Path file) {
    try {
      JsonNode node = JSON.readTree(bytes(file));
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
