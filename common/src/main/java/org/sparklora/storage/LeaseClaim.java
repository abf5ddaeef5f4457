package org.sparklora.storage;

import java.time.Duration;

/**
 * Who asks for a lease, and how patiently.
 *
 * @param flag what names the folder, for messages
 * @param patience how long to wait for a hold whose run may be dead
 * @param application id of the application that asks; empty where there is none
 * @param attempt which attempt of the application this is; 0 where nobody counts
 */
public record LeaseClaim(String flag, Duration patience, String application, int attempt) {
  /** Does not wait. */
  public static LeaseClaim of(String flag) {
    return new LeaseClaim(flag, Duration.ZERO, "", 0);
  }

  public LeaseClaim waiting(Duration longest) {
    return new LeaseClaim(flag, longest, application, attempt);
  }
}
