package org.sparklora.near;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.sparklora.Sha256;

/** Equal for texts whose normal forms are equal one by one: 16 bytes of a SHA-256. */
public record TextKey(long high, long low) implements Serializable, Comparable<TextKey> {
  private static final long serialVersionUID = 1L;
  private static final Comparator<TextKey> ORDER =
      Comparator.comparingLong(TextKey::high).thenComparingLong(TextKey::low);

  public static TextKey of(List<String> texts) {
    Sha256 hash = new Sha256();
    for (String text : texts) {
      byte[] normal = NormalText.of(text).getBytes(StandardCharsets.UTF_8);
      hash.add(ByteBuffer.allocate(Integer.BYTES).putInt(normal.length).flip()).add(normal);
    }
    ByteBuffer bytes = ByteBuffer.wrap(hash.bytes());
    return new TextKey(bytes.getLong(), bytes.getLong());
  }

  @Override
  public int compareTo(TextKey other) {
    return ORDER.compare(this, other);
  }
}
