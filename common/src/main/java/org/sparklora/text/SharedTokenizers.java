package org.sparklora.text;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * The tokenizer files of one format that are open in this JVM, usually one for all tasks: each file
 * is parsed once, and an encoder that was given back serves the next borrower with a warm cache.
 *
 * <p>Files are identified by content and held softly.
 *
 * @param <F> a parsed file
 */
final class SharedTokenizers<F> {
  /** Parses the bytes of a file. */
  interface Reader<F> {
    F read(byte[] file) throws IOException;
  }

  /** Creates an encoder for a file. */
  interface Maker<F> {
    TextCodec encoder(F file) throws UnsupportedTokenizer;
  }

  private final Reader<F> reader;
  private final Maker<F> maker;
  private final Map<String, SoftReference<Shelf<F>>> shelves = new HashMap<>();

  SharedTokenizers(Reader<F> reader, Maker<F> maker) {
    this.reader = reader;
    this.maker = maker;
  }

  /** The parsed file and its encoders. */
  synchronized Shelf<F> of(HashedFile file) throws IOException {
    SoftReference<Shelf<F>> known = shelves.get(file.hash());
    Shelf<F> shelf = known == null ? null : known.get();
    if (shelf == null) {
      shelf = new Shelf<>(reader.read(file.bytes()), maker);
      shelves.put(file.hash(), new SoftReference<>(shelf));
    }
    return shelf;
  }

  /** A parsed file and its idle encoders. */
  static final class Shelf<F> {
    private final F file;
    private final Maker<F> maker;
    private final Queue<TextCodec> idle = new ConcurrentLinkedQueue<>();

    private Shelf(F file, Maker<F> maker) {
      this.file = file;
      this.maker = maker;
    }

    F file() {
      return file;
    }

    /** Lends an encoder for one thread at a time; closing it gives it back. */
    Loan borrow() throws UnsupportedTokenizer {
      TextCodec encoder = idle.poll();
      return new Loan(idle, encoder != null ? encoder : maker.encoder(file));
    }
  }

  /** An encoder that belongs to one borrower until it is closed. */
  static final class Loan implements TextCodec {
    private final Queue<TextCodec> shelf;
    private TextCodec encoder;

    private Loan(Queue<TextCodec> shelf, TextCodec encoder) {
      this.shelf = shelf;
      this.encoder = encoder;
    }

    TextCodec encoder() {
      if (encoder == null) {
        throw new IllegalStateException("the encoder was given back");
      }
      return encoder;
    }

    @Override
    public int[] encode(String text) {
      return encoder().encode(text);
    }

    @Override
    public String decode(int[] ids) {
      return encoder().decode(ids);
    }

    @Override
    public String decodeSoFar(int[] ids) {
      return encoder().decodeSoFar(ids);
    }

    @Override
    public Spellings spellings() {
      return encoder().spellings();
    }

    @Override
    public void close() {
      if (encoder != null) {
        shelf.add(encoder);
        encoder = null;
      }
    }
  }
}
