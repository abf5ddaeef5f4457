package org.sparklora.template;

/**
 * Bounds of one rendering.
 *
 * @param steps loop rounds, statements, calls and items looked at
 * @param textLength characters of the output, and of any text on the way
 * @param textTotal characters of all texts that are made on the way
 * @param depth macros and captured blocks that are open at a time
 */
public record RenderLimits(long steps, int textLength, long textTotal, int depth) {
  /** Well beyond what published templates need for thousands of messages. */
  public static final RenderLimits USUAL = new RenderLimits(20_000_000, 1 << 24, 1L << 28, 200);

  public RenderLimits {
    if (steps < 1 || textLength < 1 || textTotal < 1 || depth < 1) {
      throw new IllegalArgumentException("bounds of a rendering are at least 1");
    }
  }
}
