package org.sparklora.corpus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads examples from the lines of a JSON-lines corpus, each by itself; two fields of free name.
 *
 * <p>Keeps no state, so one parser serves many threads.
 *
 * @param promptKey empty where the whole row is wanted: its JSON text is the prompt then
 * @param targetKey empty where only prompts are wanted; targets are empty then
 */
public record ExampleParser(String promptKey, String targetKey) implements Serializable {
  /** A level costs some 60 bytes while it is open. */
  static final int DEEPEST = 1_000_000;

  static final char BYTE_ORDER_MARK = '\ufeff';

  /** Made when the limits of the process are known. */
  private static final class Json {
    /** What stands in a field that nobody wants is passed over: long numbers, depth, NaN. */
    static final JsonFactory FACTORY =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(SplitLines.longest())
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(DEEPEST)
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();
  }

  static JsonFactory json() {
    return Json.FACTORY;
  }

  /** A parser of rows as they are, of any shape; whether they are JSON is for their reader. */
  public static ExampleParser ofWholeRows() {
    return new ExampleParser("", "");
  }

  /** Whether rows are taken as they are. */
  public boolean takesWholeRows() {
    return promptKey.isEmpty();
  }

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

  /** The element of an array whose first token {@code json} is at; leaves it at the last one. */
  CorpusRow element(JsonParser json) throws IOException {
    CompactCopy copy = new CompactCopy(SplitLines.longest());
    copy.add(json);
    if (takesWholeRows()) {
      copy.addChildren(json);
      copy.end();
      return copy.isCut()
          ? new CorpusRow.Bad(CorpusRow.Bad.tooLong(), copy.bytes())
          : whole(new String(copy.bytes(), StandardCharsets.UTF_8));
    }
    if (json.currentToken() != JsonToken.START_OBJECT) {
      copy.addChildren(json);
      copy.end();
      return new CorpusRow.Bad("it is not a JSON object", copy.bytes());
    }
    Fields fields = new Fields(promptKey, targetKey);
    while (json.nextToken() != JsonToken.END_OBJECT) {
      copy.add(json);
      String key = json.getCurrentName();
      JsonToken type = json.nextToken();
      if (fields.wants(key)) {
        fields.take(key, type, type == JsonToken.VALUE_STRING ? json.getText() : "");
      }
      copy.add(json);
      copy.addChildren(json);
    }
    copy.add(json);
    copy.end();
    return copy.isCut()
        ? new CorpusRow.Bad(CorpusRow.Bad.tooLong(), copy.bytes())
        : fields.row(copy::bytes);
  }

  private CorpusRow row(CharBuffer text, byte[] line) {
    if (takesWholeRows()) {
      return whole(text.toString());
    }
    char[] chars = text.array();
    try (JsonParser json =
        json().createParser(chars, text.arrayOffset() + text.position(), text.remaining())) {
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
      return new CorpusRow.Bad(malformed(line, e), line);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory does not fail", e);
    }
  }

  static CorpusRow whole(String json) {
    return new CorpusRow.Good(new Example(json, ""));
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

  /** The library's message would show the text around. */
  private static String malformed(byte[] line, JsonProcessingException e) {
    for (byte b : line) {
      if (b == 0) {
        return "it holds zero bytes";
      }
    }
    return "it is malformed JSON at column " + e.getLocation().getColumnNr();
  }

  private static boolean isBlank(CharBuffer text) {
    for (int i = 0; i < text.length(); i++) {
      if (" \t\r\n".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }
}
