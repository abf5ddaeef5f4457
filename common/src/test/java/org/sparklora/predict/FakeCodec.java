package org.sparklora.predict;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.sparklora.text.TokenCodec;

/** One id per letter a to z (10 to 35); {@code special} ids stand before each prompt. */
final class FakeCodec implements TokenCodec {
  static final int EOS = 3;

  private final int special;
  private boolean closed;

  FakeCodec(int special) {
    this.special = special;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public int[] encodePrompt(String text) {
    int[] ids = new int[special + text.length()];
    Arrays.fill(ids, 0, special, 1);
    for (int i = 0; i < text.length(); i++) {
      ids[special + i] = 10 + text.charAt(i) - 'a';
    }
    return ids;
  }

  @Override
  public int[] encodePrompt(String text, int maxTokens) {
    int[] ids = encodePrompt(text);
    return Arrays.copyOf(ids, Math.min(ids.length, maxTokens));
  }

  @Override
  public int[] encodeTarget(String text) {
    throw new UnsupportedOperationException("predicting encodes no targets");
  }

  @Override
  public String decode(int[] ids) {
    return Arrays.stream(ids).mapToObj(id -> "<" + id + ">").collect(Collectors.joining());
  }

  @Override
  public int endOfSequence() {
    return EOS;
  }

  @Override
  public String fingerprint() {
    return "sha256:fake";
  }

  @Override
  public void close() {
    closed = true;
  }
}
