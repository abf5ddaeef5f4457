package org.sparklora.text;

import java.util.stream.IntStream;
import org.sparklora.text.encoder.Spellings;
import org.sparklora.text.encoder.TextCodec;

/** Skips ids outside the vocabulary when decoding: special tokens without text, padded outputs. */
record WithinVocabulary(TextCodec pieces, int size) implements TextCodec {
  @Override
  public int[] encode(String text) {
    return pieces.encode(text);
  }

  @Override
  public String decode(int[] ids) {
    return pieces.decode(known(ids));
  }

  @Override
  public String decodeSoFar(int[] ids) {
    return pieces.decodeSoFar(known(ids));
  }

  @Override
  public Spellings spellings() {
    return pieces.spellings();
  }

  private int[] known(int... ids) {
    return IntStream.of(ids).filter(id -> id >= 0 && id < size).toArray();
  }

  @Override
  public void close() {
    pieces.close();
  }
}
