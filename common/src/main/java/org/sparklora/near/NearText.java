package org.sparklora.near;

import java.io.Serializable;
import java.lang.Character.UnicodeScript;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sparklora.Sha256;

/**
 * A text as the set of its shingles: runs of five words, or of five characters where half of its
 * letters or more are Han.
 *
 * @param id of all texts with the same normal form, whatever their case: the first 8 bytes of its
 *     SHA-256
 * @param shingles hashes, sorted, each once
 */
public record NearText(long id, int[] shingles) implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int RUN = 5;

  public static NearText of(String text) {
    String normal = normal(text);
    List<String> units =
        isHan(normal)
            ? normal.replace(" ", "").codePoints().mapToObj(Character::toString).toList()
            : List.of(normal.split(" ", -1));
    int runs = Math.max(1, units.size() - RUN + 1);
    int[] shingles = new int[runs];
    for (int i = 0; i < runs; i++) {
      shingles[i] = units.subList(i, Math.min(units.size(), i + RUN)).hashCode();
    }
    return new NearText(id(normal), Arrays.stream(shingles).sorted().distinct().toArray());
  }

  /** The id alone. */
  public static long idOf(String text) {
    return id(normal(text));
  }

  private static String normal(String text) {
    return NormalText.of(text).toLowerCase(Locale.ROOT);
  }

  private static boolean isHan(String text) {
    long letters = text.codePoints().filter(Character::isLetter).count();
    long han = text.codePoints().filter(c -> UnicodeScript.of(c) == UnicodeScript.HAN).count();
    return letters > 0 && 2 * han >= letters;
  }

  private static long id(String normal) {
    return ByteBuffer.wrap(Sha256.of(normal.getBytes(StandardCharsets.UTF_8)).bytes()).getLong();
  }

  /** Shingles that both have, as a part of those that either has. */
  public double jaccard(NearText other) {
    int common = 0;
    int i = 0;
    int j = 0;
    while (i < shingles.length && j < other.shingles.length) {
      int order = Integer.compare(shingles[i], other.shingles[j]);
      common += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    return (double) common / (shingles.length + other.shingles.length - common);
  }
}
