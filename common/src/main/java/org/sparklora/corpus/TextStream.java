package org.sparklora.corpus;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

/** Bytes of a corpus file, unpacked; what fails on the way is told as a {@link Failure}. */
final class TextStream extends FilterInputStream {
  /** Stands for bytes that are no character; no text may hold it. */
  static final char NO_CHARACTER = '\uffff';

  private final LongConsumer counted;
  private final Function<Exception, Failure> told;

  private TextStream(InputStream in, LongConsumer counted, Function<Exception, Failure> told) {
    super(in);
    this.counted = counted;
    this.told = told;
  }

  static InputStream unpacked(Store store, String file, Packing packing) {
    return unpacked(store, file, packing, bytes -> {});
  }

  /**
   * The same.
   *
   * @param read hears of stored bytes as they are read
   */
  static InputStream unpacked(Store store, String file, Packing packing, LongConsumer read) {
    InputStream stored = new TextStream(store.read(file), read, e -> unreadable(file, e));
    try {
      InputStream unpacked = packing.unpacked(stored);
      return packing == Packing.NONE
          ? unpacked
          : new TextStream(unpacked, bytes -> {}, e -> damaged(file, packing, e));
    } catch (IOException | RuntimeException e) {
      throw e instanceof Failure failure ? failure : damaged(file, packing, e);
    }
  }

  /** The text of a file as UTF-8, or what is claimed to be; other encodings are recoded. */
  static InputStream utf8(Store store, String file, TextForm form, LongConsumer read) {
    InputStream unpacked = unpacked(store, file, form.packing(), read);
    return form.isUtf8() ? unpacked : new RecodedStream(reader(unpacked, form.charset()));
  }

  /** Never fails for what is no character. */
  static Reader reader(InputStream in, String charset) {
    return new InputStreamReader(
        in,
        Charset.forName(charset)
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE)
            .replaceWith(String.valueOf(NO_CHARACTER)));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) {
    try {
      int bytes = in.read(into, from, length);
      counted.accept(Math.max(0, bytes));
      return bytes;
    } catch (IOException | RuntimeException e) {
      // Decoders answer damaged data with all kinds of exceptions.
      throw e instanceof Failure failure ? failure : told.apply(e);
    }
  }

  /** Decoders say here, too, that data is damaged. */
  @Override
  public int available() {
    try {
      return in.available();
    } catch (IOException | RuntimeException e) {
      throw e instanceof Failure failure ? failure : told.apply(e);
    }
  }

  private static Failure damaged(String file, Packing packing, Exception cause) {
    return Failure.input(
        "Cannot read the corpus, its compressed data is damaged or needs more than 256 MiB to unpack: %s (expected %s to the end). Copy or compress the file again."
            .formatted(file, packing.word()),
        cause);
  }

  private static Failure unreadable(String file, Exception cause) {
    return Failure.storage(
        "Cannot read the corpus, the read failed: %s (%s). Check the store and run again."
            .formatted(file, cause.getMessage()),
        cause);
  }
}
