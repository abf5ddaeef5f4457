package org.sparklora.tokenize;

import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.sparklora.feature.SplitOrigin;

/**
 * Which rows of a corpus a table takes. The prompt alone decides, so equal prompts are never on
 * both sides, and rows that are added to a corpus move none of the old ones where a share is held
 * out and prompts are not clustered.
 *
 * @param size 0 where there is no split, below 1 a share of the prompts, else a number of rows
 * @param sides of the prompts; of a share those that stand alone
 */
public record HoldOut(double size, Side side, Sides sides) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** All of a corpus. */
  public static final HoldOut NOTHING = new HoldOut(0, Side.TRAINED);

  /** The two tables of a corpus that is split. */
  public enum Side {
    TRAINED,
    HELD_OUT
  }

  /** By a share, or before it is known which prompts come to a number of rows. */
  public HoldOut(double size, Side side) {
    this(size, side, new Sides(false, size < 1 ? Sides.lastOf(size) : 0, new long[0]));
  }

  /** The same where these prompts are held out. */
  public HoldOut by(Sides prompts) {
    return new HoldOut(size, side, prompts);
  }

  /** Whether there are two tables. */
  public boolean splits() {
    return size > 0;
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
    boolean heldOut = prompt.map(sides::holdsOut).orElse(false);
    return heldOut == (side == Side.HELD_OUT);
  }

  /** As the table's contract has it; null where there is no split. */
  public SplitOrigin origin() {
    return !splits() ? null : new SplitOrigin(side.name().toLowerCase(Locale.ROOT), size);
  }
}
