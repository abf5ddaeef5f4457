package org.sparklora.text.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.Consumer;
import org.sparklora.Fixtures;

/** A {@code tokenizer.json} of the fixtures, changed in one place. */
public final class TokenizerFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode file;

  private TokenizerFile(ObjectNode file) {
    this.file = file;
  }

  public static TokenizerFile of(String family) {
    try {
      return new TokenizerFile(
          (ObjectNode) JSON.readTree(Fixtures.path(family, "model/tokenizer.json").toFile()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public TokenizerFile change(Consumer<ObjectNode> change) {
    change.accept(file);
    return this;
  }

  /** Puts the JSON text {@code value} at {@code path}, for example {@code /model/dropout}. */
  public TokenizerFile with(String path, String value) {
    int name = path.lastIndexOf('/');
    ObjectNode parent = (ObjectNode) file.at(path.substring(0, name));
    parent.set(path.substring(name + 1), json(value));
    return this;
  }

  public TokenizerFile addToken(String token) {
    ((ArrayNode) file.get("added_tokens")).add(json(token));
    return this;
  }

  public String text(String path) {
    return file.at(path).asText();
  }

  public byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
