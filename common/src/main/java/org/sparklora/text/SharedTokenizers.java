package org.sparklora.text;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.sparklora.text.encoder.TextCodec;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * The tokenizer files of one format in this JVM, where every task opens the same one: each is
 * parsed once, and an encoder that was given back, with its warm cache, serves the next borrower.
 *
 * <p>Files are told apart by content. What nobody uses may be collected.
 *
 * @param <F> what is read from a file
 */
final class SharedTokenizers<F> {
  /** Reads a tokenizer file's bytes. */
  interface Reader<F> {
    F read(byte[] file) throws IOException;
  }

  /** Makes a new encoder of a file. */
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

  /** What this file says, and its encoders. */
  synchronized Shelf<F> of(HashedFile file) throws IOException {
    SoftReference<Shelf<F>> known = shelves.get(file.hash());
    Shelf<F> shelf = known == null ? null : known.get();
    if (shelf == null) {
      shelf = new Shelf<>(reader.read(file.bytes()), maker);
      shelves.put(file.hash(), new SoftReference<>(shelf));
    }
    return shelf;
  }

  /** A file with the encoders that wait for a borrower. */
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

    /** An encoder for one thread at a time, to be closed when it is no longer needed. */
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
    public void close() {
      if (encoder != null) {
        shelf.add(encoder);
        encoder = null;
      }
    }
  }
}
