package org.sparklora.train;

/** What the driver wants of a rank while it trains. */
public interface Orders {
  /** Whether the run should end after the present step; one rank that says so is enough. */
  boolean stop();

  /**
   * Returns once the run certainly may write its output folder, which may take minutes; fails when
   * it may no longer.
   */
  default void awaitRightToWrite() {}
}
