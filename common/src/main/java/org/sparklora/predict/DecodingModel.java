package org.sparklora.predict;

/** What answering needs of a model. Used by one thread at a time. */
interface DecodingModel extends AutoCloseable {
  /** Prepares the calling thread, which uses the model until another one calls this. */
  void beThisThreads();

  /** Most tokens of a prompt and its answer together. */
  int contextLength();

  /** A batch of no rows yet and at most so many at once; the caller closes it. */
  Decoding begin(int mostRows);

  /** The same model for another thread, sharing the weights; the caller closes both. */
  DecodingModel another();

  @Override
  void close();
}
