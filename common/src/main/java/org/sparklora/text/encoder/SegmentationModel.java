package org.sparklora.text.encoder;

/** Segments normalized text into pieces, part by part; no piece crosses a boundary of parts. */
public interface SegmentationModel {
  /** The note of a part that must not be cached. */
  int UNFIT = -1;

  /** The same model for another thread. */
  SegmentationModel forAnotherThread();

  /** Starts a new text. */
  void start();

  /** Adds the ids of a part; returns a note to cache with them, 0 to 255, or {@link #UNFIT}. */
  int encode(byte[] text, int from, int to, IdBuffer ids);

  /** Whether cached ids with this note are valid at this point of the text. */
  boolean accepts(int note);

  /** Called after cached ids were added, from index {@code firstId} on. */
  void reused(IdBuffer ids, int firstId);
}
