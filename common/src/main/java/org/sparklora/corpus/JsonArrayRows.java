package org.sparklora.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.sparklora.Failure;

/**
 * The elements of a corpus file that is one JSON array, in the memory of one element.
 *
 * <p>An element of the wrong kind is a bad row; text that is no JSON ends the job, because nothing
 * behind it can be found.
 */
public final class JsonArrayRows implements Iterator<CorpusRow>, AutoCloseable {
  private final ExampleParser parser;
  private final String file;
  private final JsonParser json;
  private JsonToken ahead;

  private JsonArrayRows(ExampleParser parser, String file, JsonParser json) {
    this.parser = parser;
    this.file = file;
    this.json = json;
  }

  /** Begins to read {@code in}, which is closed with this; {@code file} is its name in messages. */
  public static JsonArrayRows open(ExampleParser parser, InputStream in, String file) {
    try {
      JsonParser json = ExampleParser.json().createParser(reader(in));
      JsonArrayRows rows = new JsonArrayRows(parser, file, json);
      rows.begin();
      return rows;
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  @Override
  public boolean hasNext() {
    return ahead != null;
  }

  @Override
  public CorpusRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      CorpusRow row = parser.element(json);
      advance();
      return row;
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  @Override
  public void close() {
    try {
      json.close();
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private void begin() throws IOException {
    if (json.nextToken() != JsonToken.START_ARRAY) {
      throw Failure.input(
          "Cannot read the corpus, the file is not a JSON array: %s (expected [ first). Check --input_file."
              .formatted(file));
    }
    advance();
  }

  private void advance() throws IOException {
    ahead = json.nextToken();
    if (ahead == JsonToken.END_ARRAY) {
      ahead = null;
      if (json.nextToken() != null) {
        throw Failure.input(
            "Cannot read the corpus, there is more behind the JSON array: %s (expected one array). Correct the file."
                .formatted(file));
      }
    }
  }

  /** Strict UTF-8 without a byte order mark. */
  private static Reader reader(InputStream in) throws IOException {
    PushbackReader text =
        new PushbackReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
    int first = text.read();
    if (first >= 0 && first != ExampleParser.BYTE_ORDER_MARK) {
      text.unread(first);
    }
    return text;
  }

  private static Failure failed(String file, IOException e) {
    if (e instanceof StreamConstraintsException limit && !limit.getMessage().contains("nesting")) {
      return Failure.input(
          "Cannot read the corpus, an element of the JSON array holds too long a text: %s (expected at most %d characters). Correct the file, or if it is meant so raise --size_limits."
              .formatted(file, SplitLines.longest()));
    }
    if (e instanceof StreamConstraintsException) {
      return Failure.input(
          "Cannot read the corpus, an element of the JSON array is nested too deeply: %s (expected at most %d levels). Correct the file."
              .formatted(file, ExampleParser.DEEPEST));
    }
    if (e instanceof JsonProcessingException malformed) {
      // The library's message would show the text around.
      return Failure.input(
          "Cannot read the corpus, the JSON array is malformed at line %d column %d: %s (expected JSON to the end). Correct the file."
              .formatted(
                  malformed.getLocation().getLineNr(),
                  malformed.getLocation().getColumnNr(),
                  file));
    }
    if (e instanceof CharacterCodingException) {
      return Failure.input(
          "Cannot read the corpus, the JSON array is not UTF-8: %s (expected UTF-8). Convert the file."
              .formatted(file));
    }
    return Failure.storage(
        "Cannot read the corpus, the read failed: %s (%s). Check the store and run again."
            .formatted(file, e.getMessage()),
        e);
  }
}
