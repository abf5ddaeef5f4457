package org.sparklora.collective;

import java.util.List;

/** Where the ranks of a generation meet once, before they know each other's addresses. */
@FunctionalInterface
public interface Rendezvous {
  /**
   * Gives {@code mine} to all ranks and returns every rank's, in rank order. Blocks until all have
   * come; the implementation bounds that wait.
   */
  List<String> exchange(String mine);
}
