package org.sparklora.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Characters as UTF-8. */
final class RecodedStream extends InputStream {
  private static final int CHARACTERS = 1 << 14;
  private static final int MOST_BYTES = 3;

  private final Reader text;
  private final CharBuffer characters = CharBuffer.allocate(CHARACTERS);
  private final ByteBuffer bytes = ByteBuffer.allocate(CHARACTERS * MOST_BYTES).limit(0);
  private final CharsetEncoder encoder =
      StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE);

  RecodedStream(Reader text) {
    this.text = text;
  }

  @Override
  public int read() throws IOException {
    return filled() ? bytes.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0 || !filled()) {
      return length == 0 ? 0 : -1;
    }
    int count = Math.min(length, bytes.remaining());
    bytes.get(into, from, count);
    return count;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }

  private boolean filled() throws IOException {
    boolean ended = false;
    while (!bytes.hasRemaining() && !ended) {
      ended = text.read(characters) < 0;
      bytes.clear();
      encoder.encode(characters.flip(), bytes, ended);
      characters.compact();
      bytes.flip();
    }
    return bytes.hasRemaining();
  }
}
