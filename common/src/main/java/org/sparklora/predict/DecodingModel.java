package org.sparklora.predict;

import org.sparklora.model.Decoding;

/** What answering needs of a model. Used by one thread at a time. */
public interface DecodingModel extends AutoCloseable {
  /** Prepares the calling thread, which uses the model until another one calls this. */
  void bindToThread();

  /** Most tokens of a prompt and its answer together. */
  int contextLength();

  /** A batch without a row yet, of at most {@code mostRows} at once; the caller closes it. */
  Decoding begin(int mostRows);

  /** Gives back what is kept of a GPU's memory for later, before something is tried again. */
  default void releaseMemory() {}

  /** The same model for another thread, sharing the weights; the caller closes both. */
  DecodingModel forAnotherThread();

  @Override
  void close();
}
