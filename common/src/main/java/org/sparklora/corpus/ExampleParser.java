package org.sparklora.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads examples from the lines of a JSON-lines corpus, each by itself; two fields of free name.
 *
 * <p>Keeps no state, so one parser serves many threads.
 *
 * @param targetKey empty where only prompts are wanted; targets are empty then
 */
public record ExampleParser(String promptKey, String targetKey) implements Serializable {
  static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
          .build();

  static final char BYTE_ORDER_MARK = '\ufeff';

  /** One line without its end, or nothing for a blank one. A byte order mark is passed over. */
  public Optional<CorpusRow> line(byte[] line) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line));
      if (text.hasRemaining() && text.get(0) == BYTE_ORDER_MARK) {
        text.get();
      }
      return isBlank(text) ? Optional.empty() : Optional.of(row(text, line));
    } catch (CharacterCodingException e) {
      return Optional.of(new CorpusRow.Bad("it is not UTF-8", line));
    }
  }

  /** One element of an array. */
  CorpusRow element(JsonNode element) {
    Supplier<byte[]> content = () -> element.toString().getBytes(StandardCharsets.UTF_8);
    if (!element.isObject()) {
      return new CorpusRow.Bad("it is not a JSON object", content.get());
    }
    Fields fields = new Fields(promptKey, targetKey);
    for (Map.Entry<String, JsonNode> member : element.properties()) {
      JsonNode value = member.getValue();
      fields.take(member.getKey(), value.asToken(), value.asText());
    }
    return fields.row(content);
  }

  private CorpusRow row(CharBuffer text, byte[] line) {
    char[] chars = text.array();
    try (JsonParser json =
        JSON.createParser(chars, text.arrayOffset() + text.position(), text.remaining())) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return new CorpusRow.Bad("it is not a JSON object", line);
      }
      Fields fields = fields(json);
      if (json.nextToken() != null) {
        return new CorpusRow.Bad("there is more than one JSON object", line);
      }
      return fields.row(() -> line);
    } catch (StreamConstraintsException e) {
      return new CorpusRow.Bad("its JSON is nested too deeply", line);
    } catch (JsonProcessingException e) {
      // The library's message would show the text around.
      return new CorpusRow.Bad(
          "it is malformed JSON at column " + e.getLocation().getColumnNr(), line);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory does not fail", e);
    }
  }

  private Fields fields(JsonParser json) throws IOException {
    Fields fields = new Fields(promptKey, targetKey);
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      JsonToken type = json.nextToken();
      if (fields.wants(key)) {
        fields.take(key, type, type == JsonToken.VALUE_STRING ? json.getText() : "");
      }
      json.skipChildren();
    }
    return fields;
  }

  private static boolean isBlank(CharBuffer text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > ' ') {
        return false;
      }
    }
    return true;
  }
}
