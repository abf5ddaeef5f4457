package org.sparklora.tokenize;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.sparklora.Sha256;
import org.sparklora.feature.SplitOrigin;
import org.sparklora.near.NormalText;

/**
 * Which rows of a corpus a table takes. The prompt alone decides, so equal prompts are never on
 * both sides, and rows that are added to a corpus move none of the old ones.
 *
 * @param share of the prompts that are held out; 0 where there is no split
 */
public record HoldOut(double share, Side side) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Keys the hash; part of the format. */
  private static final String KEY = "42\n";

  /** All of a corpus. */
  public static final HoldOut NOTHING = new HoldOut(0, Side.TRAINED);

  /** The two tables of a corpus that is split. */
  public enum Side {
    TRAINED,
    HELD_OUT
  }

  /** Whether there are two tables. */
  public boolean splits() {
    return share > 0;
  }

  /** The table's folder, for the one that training takes. */
  public String folder(String trained) {
    return side == Side.HELD_OUT ? trained + ".eval" : trained;
  }

  /**
   * Whether the table takes a row.
   *
   * @param prompt nothing where the row has none, because it is bad; that is for the trained side
   *     to say
   */
  public boolean takes(Optional<String> prompt) {
    if (!splits()) {
      return true;
    }
    boolean heldOut = prompt.map(this::isHeldOut).orElse(false);
    return heldOut == (side == Side.HELD_OUT);
  }

  /** As the table's contract has it; null where there is no split. */
  public SplitOrigin origin() {
    return !splits() ? null : new SplitOrigin(side.name().toLowerCase(Locale.ROOT), share);
  }

  /** The first 64 bits of SHA-256 of key and prompt, as a part of 1, are below the share. */
  private boolean isHeldOut(String prompt) {
    byte[] hash = new Sha256().add(KEY + NormalText.of(prompt)).bytes();
    return Math.scalb((double) (ByteBuffer.wrap(hash).getLong() >>> 11), -53) < share;
  }
}
