package org.sparklora.corpus;

/** The rows of one split; {@code null} at its end. */
interface Rows extends AutoCloseable {
  Rows NONE = () -> null;

  CorpusRows.Located next();

  @Override
  default void close() {}
}
