package org.sparklora;

/**
 * The most that a file may state of a size before memory is taken for it. What real models and
 * corpora have is far below; {@code --size_limits} multiplies all of them for whoever trusts a
 * file.
 */
public enum SizeLimit {
  /** Layers of a model. */
  LAYERS(2_000),
  /** Any other whole number of a model's shape. */
  SHAPE(1L << 22),
  /** Rank of an adapter. */
  RANK(1L << 20),
  /** Token ids of a row. */
  ROW(1L << 22),
  /** Bytes of one text of a corpus. */
  TEXT(64L << 20),
  /** Bytes of what says where a weight file's tensors lie: header, directory, pickle, index. */
  WEIGHT_HEADER(32L << 20),
  /** Bytes of a file that describes others: contracts, settings, tokenizers, footers. */
  DESCRIPTION(256L << 20);

  /** What one array of bytes takes, whatever the factor. */
  private static final long ARRAY = Integer.MAX_VALUE - 16;

  private static volatile int factor = 1;

  private final long usual;

  SizeLimit(long usual) {
    this.usual = usual;
  }

  /** Multiplies all limits in this process. */
  public static void multiply(int by) {
    factor = by;
  }

  /** What they are multiplied with. */
  public static int factor() {
    return factor;
  }

  public long most() {
    long raised = Math.multiplyExact(usual, (long) factor);
    return isOfBytes() ? Math.min(raised, ARRAY) : raised;
  }

  private boolean isOfBytes() {
    return this == TEXT || this == WEIGHT_HEADER || this == DESCRIPTION;
  }

  /**
   * Refuses a size beyond the limit.
   *
   * @param action what cannot be done, as {@code read the model's configuration}
   * @param what the size, as {@code num_layers}
   * @param where the file that states it
   */
  public void require(String action, String what, long actual, Object where) {
    if (actual > most()) {
      String remedy =
          isOfBytes() && actual > ARRAY
              ? "Mend the file"
              : "Mend the file, or if it is meant so add --size_limits "
                  + ((actual - 1) / usual + 1);
      throw Failure.input(
          "Cannot %s, %s is beyond the limit: %d in %s (expected at most %d). %s."
              .formatted(action, what, actual, where, most(), remedy));
    }
  }
}
