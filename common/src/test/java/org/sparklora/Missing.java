package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.abort;

/** What a test needs and this machine has not. */
public final class Missing {
  private Missing() {}

  /** Skips the test and says why; on a machine of continuous integration it fails. */
  public static void skip(String reason) {
    System.out.println("Skipped: " + reason);
    assertNotEquals("true", System.getenv("CI"), reason);
    abort(reason);
  }
}
