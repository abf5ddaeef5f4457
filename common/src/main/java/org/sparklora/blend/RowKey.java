package org.sparklora.blend;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A row's place in the order in which a corpus gives its rows, whatever parts it is read in: the
 * smaller keys, as unsigned numbers, come first.
 *
 * @param corpus which of the mix
 */
public record RowKey(int corpus, long key) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The first 8 bytes of a SHA-256.
   *
   * @param file number of its file in the corpus
   * @param place tells the row from all others of its file
   */
  static RowKey of(int corpus, int file, long place, String first, String second) {
    MessageDigest hash = sha256();
    byte[] text = first.getBytes(StandardCharsets.UTF_8);
    hash.update(ByteBuffer.allocate(20).putInt(file).putLong(place).putLong(text.length).array());
    hash.update(text);
    hash.update(second.getBytes(StandardCharsets.UTF_8));
    return new RowKey(corpus, ByteBuffer.wrap(hash.digest()).getLong());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has it", e);
    }
  }
}
