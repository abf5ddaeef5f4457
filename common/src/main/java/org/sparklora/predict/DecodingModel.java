package org.sparklora.predict;

/** What answering needs of a model. Used by one thread at a time. */
interface DecodingModel extends AutoCloseable {
  /** Prepares the calling thread, which uses the model until another one calls this. */
  void beThisThreads();

  /** Most tokens of a prompt and its answer together. */
  int contextLength();

  /** Reads prompts of at least one token each; the caller closes the batch. */
  Decoding begin(int[][] prompts, int maxNewTokens);

  /** The same model for another thread, sharing the weights; the caller closes both. */
  DecodingModel another();

  @Override
  void close();
}
