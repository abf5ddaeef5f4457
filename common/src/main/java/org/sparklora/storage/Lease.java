package org.sparklora.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;

/**
 * The right of one process to write under an output folder: a file {@code _lease/<uuid>} that a
 * daemon thread keeps rewriting. A lease that has not been renewed for a while, by the store's own
 * clock, counts as dead to others; its holder may not write until it has seen that nobody else took
 * the folder meanwhile. Closing gives the right back.
 */
public final class Lease implements AutoCloseable {
  static final String FOLDER = "_lease";

  private static final Log LOG = Log.of(Lease.class);

  /**
   * How often a lease is renewed, when it counts as dead, how long to wait before the second try.
   */
  public record Timing(Duration renewal, Duration stale, Duration retry) {
    public static final Timing USUAL =
        new Timing(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(3));
  }

  private final Store store;
  private final String folder;
  private final String path;
  private final Timing timing;
  private final LeaseHolder holder;
  private final ScheduledExecutorService renewing;
  private volatile long renewedNanos;
  private volatile String lost;

  private Lease(Store store, String outputDir, LeaseClaim claim, Timing timing) {
    this.store = store;
    this.holder = LeaseHolder.current(claim);
    this.folder = Store.child(outputDir, FOLDER);
    this.path = Store.child(folder, UUID.randomUUID().toString());
    this.timing = timing;
    this.renewing =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lease");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Takes the lease or fails with {@link ExitCode#HELD}; may wait some seconds in between. */
  public static Lease take(Store store, String outputDir) {
    return take(store, outputDir, LeaseClaim.of("--output_dir"));
  }

  /** As {@link #take(Store, String)}, but waits for a hold whose run may be dead. */
  public static Lease take(Store store, String outputDir, LeaseClaim claim) {
    return take(store, outputDir, claim, Timing.USUAL);
  }

  static Lease take(Store store, String outputDir, Timing timing) {
    return take(store, outputDir, LeaseClaim.of("--output_dir"), timing);
  }

  static Lease take(Store store, String outputDir, LeaseClaim claim, Timing timing) {
    Lease lease = new Lease(store, outputDir, claim, timing);
    LeaseWatch watch = new LeaseWatch(store, claim, timing.stale());
    Optional<LeaseWatch.Other> other = lease.tryTwice();
    while (other.isPresent() && watch.outlives(other.get())) {
      other = lease.tryTwice();
    }
    if (other.isPresent()) {
      lease.renewing.shutdownNow();
      throw new Failure(
          ExitCode.HELD,
          "Cannot write here, another live run holds the output folder: %s in %s (expected no other). Wait for it, stop it, or choose another %s; a killed run's hold ends after %d s."
              .formatted(other.get(), outputDir, claim.flag(), timing.stale().toSeconds()));
    }
    lease.keep();
    return lease;
  }

  /** The runs that hold {@code outputDir}, or held it when they were killed. */
  public static List<String> holders(Store store, String outputDir) {
    return store.list(Store.child(outputDir, FOLDER)).stream()
        .map(file -> LeaseHolder.parse(store.readText(file.path())).toString())
        .toList();
  }

  /** Whether the right is gone for good: another process took it. */
  public boolean isLost() {
    return lost != null;
  }

  /**
   * Whether it has gone unrenewed for so long that another process may be taking it: writing has to
   * wait until a renewal has found out.
   */
  public boolean isUncertain() {
    return lost == null && sinceRenewal().compareTo(timing.stale()) > 0;
  }

  /**
   * Fails if the lease is lost; call it before each write. An uncertain lease is renewed at once,
   * which fails with {@link ExitCode#STORAGE} while the store does not answer.
   */
  public void check() {
    if (isUncertain()) {
      renew();
    }
    if (isLost()) {
      throw new Failure(
          ExitCode.HELD,
          "Cannot go on writing, the hold on the output folder was lost: %s, %s (expected it renewed every %d s). Run the command again; it resumes."
              .formatted(lost, folder, timing.renewal().toSeconds()));
    }
  }

  @Override
  public void close() {
    renewing.shutdown();
    try {
      // A renewal in progress would bring the file back.
      if (!renewing.awaitTermination(timing.stale().toMillis(), TimeUnit.MILLISECONDS)) {
        renewing.shutdownNow();
      }
    } catch (InterruptedException e) {
      renewing.shutdownNow();
      Thread.currentThread().interrupt();
    }
    giveBack();
  }

  /** A file left behind is soon dead to others; it does not make the job fail. */
  private void giveBack() {
    try {
      store.delete(path);
      if (store.list(folder).isEmpty()) {
        store.delete(folder);
      }
    } catch (Failure failure) {
      LOG.warn("The hold on the output folder was not removed: {}", failure.getMessage());
    }
  }

  /** Of two that begin at the same time one mostly wins at its second try. */
  private Optional<LeaseWatch.Other> tryTwice() {
    Optional<LeaseWatch.Other> other = tryOnce();
    if (other.isPresent()) {
      waitAWhile();
      other = tryOnce();
    }
    return other;
  }

  /** The other holder, if there is a live one; ours is then deleted again. */
  private Optional<LeaseWatch.Other> tryOnce() {
    write();
    Optional<LeaseWatch.Other> other = liveOther();
    if (other.isPresent()) {
      store.delete(path);
    }
    return other;
  }

  private Optional<LeaseWatch.Other> liveOther() {
    List<StoredFile> files = store.list(folder);
    long now =
        files.stream()
            .filter(f -> f.name().equals(Store.name(path)))
            .mapToLong(StoredFile::modifiedMillis)
            .findFirst()
            .orElseThrow(() -> vanished());
    List<StoredFile> dead = new ArrayList<>();
    for (StoredFile file : files) {
      if (file.name().equals(Store.name(path))) {
        continue;
      }
      Optional<LeaseHolder> found = holderOf(file);
      if (found.isPresent() && isAlive(file, found.get(), now)) {
        Duration age = Duration.ofMillis(now - file.modifiedMillis());
        return Optional.of(new LeaseWatch.Other(file, found.get(), age));
      }
      dead.add(file);
    }
    dead.forEach(this::bury);
    return Optional.empty();
  }

  private boolean isAlive(StoredFile file, LeaseHolder found, long now) {
    return now - file.modifiedMillis() < timing.stale().toMillis() && !found.isKnownDead();
  }

  private Optional<LeaseHolder> holderOf(StoredFile file) {
    try {
      return Optional.of(LeaseHolder.parse(store.readText(file.path())));
    } catch (Failure gone) {
      if (gone.exitCode() == ExitCode.INPUT) {
        return Optional.empty(); // closed since it was listed
      }
      throw gone;
    }
  }

  private void bury(StoredFile dead) {
    if (store.delete(dead.path())) {
      LOG.info("A dead hold on the output folder was removed: {}", dead.path());
    }
  }

  private void keep() {
    long period = timing.renewal().toMillis();
    var unused =
        renewing.scheduleWithFixedDelay(this::renewOrWarn, period, period, TimeUnit.MILLISECONDS);
  }

  private void renewOrWarn() {
    try {
      renew();
    } catch (Failure failure) {
      LOG.warn("The hold on the output folder was not renewed: {}", failure.getMessage());
    }
  }

  private synchronized void renew() {
    if (lost != null) {
      return;
    }
    if (!store.exists(path)) {
      lost = "another run has removed it";
      return;
    }
    if (isUncertain()) {
      takeAgain();
    } else {
      write();
    }
  }

  /**
   * As when it was taken first: whoever took the folder meanwhile wrote before it listed, so either
   * we see it or it sees us.
   */
  private void takeAgain() {
    long before = System.nanoTime();
    store.writeText(path, holder.text());
    Optional<LeaseWatch.Other> other = liveOther();
    if (other.isPresent()) {
      lost = "another run has taken it, " + other.get();
      store.delete(path);
      return;
    }
    LOG.info(
        "The hold on the output folder was not renewed for {} s; nobody else took it, going on",
        sinceRenewal().toSeconds());
    renewedNanos = before;
  }

  private void write() {
    long before = System.nanoTime();
    store.writeText(path, holder.text());
    renewedNanos = before;
  }

  private Duration sinceRenewal() {
    return Duration.ofNanos(System.nanoTime() - renewedNanos);
  }

  private void waitAWhile() {
    long most = Math.max(1, timing.retry().toMillis());
    try {
      TimeUnit.MILLISECONDS.sleep(most / 3 + ThreadLocalRandom.current().nextLong(most));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Failure vanished() {
    return new Failure(
        ExitCode.STORAGE,
        "Cannot hold the output folder, the store does not list what was just written: %s (expected it listed). Use a store with consistent listings."
            .formatted(path));
  }
}
