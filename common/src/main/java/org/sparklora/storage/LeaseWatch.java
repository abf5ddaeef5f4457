package org.sparklora.storage;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.sparklora.Log;

/**
 * Waits for other holds of which nobody knows whether their runs are dead: a live one is renewed
 * meanwhile, a dead one ends.
 */
final class LeaseWatch {
  private static final Log LOG = Log.of(LeaseWatch.class);
  private static final Duration MOST_BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Store store;
  private final LeaseClaim claim;
  private final Duration stale;
  private final long deadline;
  private boolean said;

  /**
   * The claim's time runs from now on.
   *
   * @param stale after so long without a renewal a hold is dead
   */
  LeaseWatch(Store store, LeaseClaim claim, Duration stale) {
    this.store = store;
    this.claim = claim;
    this.stale = stale;
    this.deadline = System.nanoTime() + claim.patience().toNanos();
  }

  /** A hold of another run, when it was seen first. */
  record Other(StoredFile file, LeaseHolder holder, Duration age) {
    @Override
    public String toString() {
      return holder + ", last sign " + age.toSeconds() + " s ago";
    }
  }

  /** Returns true once it is worth trying again, false when the other run lives. */
  boolean outlives(Other other) {
    long end = System.nanoTime() + stale.minus(other.age()).toNanos();
    StoredFile seen = other.file();
    while (!other.holder().isKnownAlive() && System.nanoTime() < deadline) {
      say(other);
      if (!pause()) {
        return false;
      }
      Optional<StoredFile> now = store.status(seen.path());
      if (now.isEmpty()) {
        return true;
      }
      if (now.get().modifiedMillis() != seen.modifiedMillis()) {
        if (!other.holder().isBefore(claim)) {
          return false;
        }
        // The manager has given that attempt up, whatever it still does.
        end = System.nanoTime() + stale.toNanos();
        seen = now.get();
      }
      if (System.nanoTime() > end) {
        return true;
      }
    }
    return false;
  }

  private void say(Other other) {
    if (!said) {
      said = true;
      LOG.warn(
          "Waiting up to {} s for the hold of a run that may be dead: {} in {} (--lease_wait)",
          claim.patience().toSeconds(),
          other,
          other.file().path());
    }
  }

  /** False when the thread was interrupted. */
  private boolean pause() {
    long millis = Math.min(MOST_BETWEEN_LOOKS.toMillis(), Math.max(1, stale.toMillis() / 20));
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
