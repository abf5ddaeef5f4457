package org.sparklora.text;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * The encoders of one kind in this JVM: the tables of a tokenizer exist once, and an encoder that
 * was given back, with its warm cache, serves the next borrower.
 *
 * <p>Tokenizers are told apart by content. One that nobody uses may be collected.
 */
final class SharedEncoders<E> {
  /** Reads an encoder from a tokenizer file's bytes. */
  interface Reader<E> {
    E read(byte[] file) throws IOException, UnsupportedTokenizer;
  }

  private final Reader<E> reader;
  private final UnaryOperator<E> another;
  private final Map<String, SoftReference<Shelf<E>>> shelves = new HashMap<>();

  SharedEncoders(Reader<E> reader, UnaryOperator<E> another) {
    this.reader = reader;
    this.another = another;
  }

  /** An encoder for one thread at a time, to be closed where it is needed no more. */
  Loan<E> borrow(byte[] file) throws IOException, UnsupportedTokenizer {
    Shelf<E> shelf = shelf(file);
    E idle = shelf.idle.poll();
    return new Loan<>(shelf, idle != null ? idle : another.apply(shelf.first));
  }

  private synchronized Shelf<E> shelf(byte[] file) throws IOException, UnsupportedTokenizer {
    String content = TokenizerFiles.sha256Of(file);
    SoftReference<Shelf<E>> known = shelves.get(content);
    Shelf<E> shelf = known == null ? null : known.get();
    if (shelf == null) {
      shelf = new Shelf<>(reader.read(file));
      shelves.put(content, new SoftReference<>(shelf));
    }
    return shelf;
  }

  private static final class Shelf<E> {
    private final E first; // never lent
    private final Queue<E> idle = new ConcurrentLinkedQueue<>();

    Shelf(E first) {
      this.first = first;
    }
  }

  /** An encoder that belongs to one borrower until it is closed. */
  static final class Loan<E> implements AutoCloseable {
    private final Shelf<E> shelf;
    private E encoder;

    private Loan(Shelf<E> shelf, E encoder) {
      this.shelf = shelf;
      this.encoder = encoder;
    }

    E encoder() {
      if (encoder == null) {
        throw new IllegalStateException("the encoder was given back");
      }
      return encoder;
    }

    @Override
    public void close() {
      if (encoder != null) {
        shelf.idle.add(encoder);
        encoder = null;
      }
    }
  }
}
