package org.sparklora.text;

import java.util.Arrays;

/** The special tokens that a family puts before and after a prompt. */
record PromptFrame(int[] before, int[] after) {
  static final PromptFrame NONE = new PromptFrame(new int[0], new int[0]);

  int size() {
    return before.length + after.length;
  }

  /** {@code before}, the first {@code count} of {@code ids}, {@code after}. */
  int[] around(int[] ids, int count) {
    int[] out = Arrays.copyOf(before, count + size());
    System.arraycopy(ids, 0, out, before.length, count);
    System.arraycopy(after, 0, out, before.length + count, after.length);
    return out;
  }

  /** This frame wrapped in {@code outer}. */
  PromptFrame inside(PromptFrame outer) {
    int[] allBefore = Arrays.copyOf(outer.before, outer.before.length + before.length);
    System.arraycopy(before, 0, allBefore, outer.before.length, before.length);
    int[] allAfter = Arrays.copyOf(after, after.length + outer.after.length);
    System.arraycopy(outer.after, 0, allAfter, after.length, outer.after.length);
    return new PromptFrame(allBefore, allAfter);
  }
}
