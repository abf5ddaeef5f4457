package org.sparklora.text;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;

/**
 * What is read from tokenizer files, once in this JVM: every task opens the same tokenizer.
 *
 * <p>Files are told apart by content. What nobody uses may be collected.
 *
 * @param <X> why a whole file may not be read
 */
final class SharedParts<P, X extends Exception> {
  /** Reads a tokenizer file's bytes. */
  interface Reader<P, X extends Exception> {
    P read(byte[] file) throws IOException, X;
  }

  private final Reader<P, X> reader;
  private final Map<String, SoftReference<P>> parts = new HashMap<>();

  SharedParts(Reader<P, X> reader) {
    this.reader = reader;
  }

  synchronized P of(HashedFile file) throws IOException, X {
    SoftReference<P> known = parts.get(file.hash());
    P part = known == null ? null : known.get();
    if (part == null) {
      part = reader.read(file.bytes());
      parts.put(file.hash(), new SoftReference<>(part));
    }
    return part;
  }
}
