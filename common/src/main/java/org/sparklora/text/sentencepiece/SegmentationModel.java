package org.sparklora.text.sentencepiece;

import org.sparklora.text.encoder.IdBuffer;

/** How normalized text becomes pieces, part by part; no piece reaches from a part into the next. */
interface SegmentationModel {
  /** A note for a part that must not be kept. */
  int UNFIT = -1;

  /** The same model for another thread. */
  SegmentationModel forAnotherThread();

  /** Begins a text. */
  void start();

  /** Adds the ids of a part; returns a note to keep with them, from 0 to 255, or {@link #UNFIT}. */
  int encode(byte[] text, int from, int to, IdBuffer ids);

  /** Whether kept ids with this note hold here, too. */
  boolean accepts(int note);

  /** Takes notice that kept ids were added, from {@code firstId} on. */
  void took(IdBuffer ids, int firstId);
}
