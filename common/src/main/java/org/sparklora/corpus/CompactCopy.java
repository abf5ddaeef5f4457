package org.sparklora.corpus;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A JSON value as UTF-8 without blanks, written while it is read; numbers stay as they stood. */
final class CompactCopy {
  private final Beginning kept;
  private final JsonGenerator out;

  /** Keeps {@code most} bytes, and one or more to show that there were others. */
  CompactCopy(int most) throws IOException {
    kept = new Beginning(most);
    out = ExampleParser.json().createGenerator(kept);
  }

  /** Adds the token that {@code json} is at. */
  void add(JsonParser json) throws IOException {
    if (kept.isFull()) {
      return;
    }
    switch (json.currentToken()) {
      case FIELD_NAME -> out.writeFieldName(json.getCurrentName());
      case VALUE_STRING ->
          out.writeString(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
      // A number is not computed: that takes long where it is long.
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> out.writeRawValue(json.getText());
      default -> out.copyCurrentEvent(json);
    }
  }

  /** Adds what lies in the array or object that {@code json} is at, if it is at one. */
  void addChildren(JsonParser json) throws IOException {
    if (!json.currentToken().isStructStart()) {
      return;
    }
    int depth = 1;
    while (depth > 0 && json.nextToken() != null) {
      add(json);
      depth += json.currentToken().isStructStart() ? 1 : 0;
      depth -= json.currentToken().isStructEnd() ? 1 : 0;
    }
  }

  /** To be asked after {@link #end}. */
  boolean isCut() {
    return kept.isFull();
  }

  void end() throws IOException {
    out.flush();
  }

  byte[] bytes() {
    return kept.bytes.toByteArray();
  }

  /** The first bytes of what is written. */
  private static final class Beginning extends OutputStream {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final int most;

    Beginning(int most) {
      this.most = most;
    }

    boolean isFull() {
      return bytes.size() > most;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      bytes.write(from, offset, Math.min(length, most + 1 - bytes.size()));
    }
  }
}
