package org.sparklora.text;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.sparklora.text.encoder.UnsupportedTokenizer;

/**
 * The encoders of one kind in this JVM: the tables of a tokenizer exist once, and an encoder that
 * was given back, with its warm cache, serves the next borrower.
 */
final class SharedEncoders<E> {
  private final SharedParts<Shelf<E>, UnsupportedTokenizer> shelves;
  private final UnaryOperator<E> another;

  SharedEncoders(SharedParts.Reader<E, UnsupportedTokenizer> reader, UnaryOperator<E> another) {
    this.shelves = new SharedParts<>(file -> new Shelf<>(reader.read(file)));
    this.another = another;
  }

  /** An encoder for one thread at a time, to be closed where it is needed no more. */
  Loan<E> borrow(HashedFile file) throws IOException, UnsupportedTokenizer {
    Shelf<E> shelf = shelves.of(file);
    E idle = shelf.idle.poll();
    return new Loan<>(shelf, idle != null ? idle : another.apply(shelf.first));
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
