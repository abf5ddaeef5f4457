package org.sparklora.jobs.run;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Lease;
import org.sparklora.storage.LeaseClaim;
import org.sparklora.storage.Store;
import org.sparklora.storage.StorePath;
import org.sparklora.storage.StoredFile;
import scala.Option;

/**
 * The output folder that a flag names: it lies apart from all that the job reads, one run at a time
 * writes there, and how the last one ended stands in its {@code _outcome.json}.
 */
public final class OutputPlace {
  private static final Log LOG = Log.of(OutputPlace.class);

  /** Those that a job of this process is about. */
  private static final Set<OutputPlace> OPEN = ConcurrentHashMap.newKeySet();

  private final Store store;
  private final String folder;
  private final LeaseClaim claim;
  private volatile boolean misplaced;
  private volatile boolean told;
  private volatile Lease lease;
  private volatile BooleanSupplier ours = () -> false;

  /**
   * @param claim who writes there, and what names the folder
   */
  public OutputPlace(Store store, String folder, LeaseClaim claim) {
    this.store = store;
    this.folder = folder;
    this.claim = claim;
  }

  /**
   * Who writes: this application.
   *
   * @param flag what names the folder, for messages
   * @param wait how long to wait for a hold whose run may be dead
   */
  public static LeaseClaim claim(SparkSession session, String flag, Duration wait) {
    SparkContext context = session.sparkContext();
    Option<String> attempt = context.applicationAttemptId();
    int number = attempt.isEmpty() ? 0 : Integer.parseInt(attempt.get());
    return new LeaseClaim(flag, wait, context.applicationId(), number);
  }

  public Store store() {
    return store;
  }

  public String folder() {
    return folder;
  }

  /** Fails where this and what a flag names lie in one another. */
  public void apartFrom(String path, String itsFlag) {
    notAround(path, itsFlag);
    if (Store.contains(path, folder)) {
      throw misplaced("its folder lies in what %s names: %s in %s", itsFlag, folder, path);
    }
  }

  /** Fails where what a flag names lies here; this may lie in it. */
  public void notAround(String path, String itsFlag) {
    if (Store.contains(folder, path)) {
      throw misplaced("what %s names lies in its folder: %s in %s", itsFlag, path, folder);
    }
  }

  /** Fails where this lies in a folder of the input, or a file of the input lies here. */
  public void apartFromInput(String path, List<StoredFile> files) {
    apartFrom(path, "--input_file");
    files.forEach(file -> notAround(file.path(), "--input_file"));
  }

  /** The right to write here, or exit code 7. */
  public Lease lease() {
    lease = Lease.take(store, folder, claim);
    return lease;
  }

  /** Writes how the job ended; its caller holds the lease. */
  public void tell(JobOutcome outcome) {
    outcome.write(store, folder);
    told = true;
  }

  /** As {@link #tell(JobOutcome)} after a failure, which stays what the user is told. */
  public void tell(Failure failure) {
    JobOutcome.writeFailure(failure, store, folder);
    told = true;
  }

  /**
   * Runs the job. However it ends, its outcome stands in the folder, unless this lies where it must
   * not, or another live run holds it.
   *
   * @param ours whether the job's runs write here, or nobody has yet
   */
  public <R extends JobResult> R ending(String job, BooleanSupplier ours, Supplier<R> work) {
    this.ours = ours;
    OPEN.add(this);
    try {
      refuseFile();
      R result = work.get();
      tellLate(result.outcome());
      return result;
    } catch (Throwable thrown) {
      JobOutcome outcome =
          Causes.failureOrStorage(thrown)
              .map(JobOutcome::of)
              .orElseGet(() -> JobOutcome.ofDefect(job, thrown));
      tellLate(outcome);
      throw thrown;
    } finally {
      OPEN.remove(this);
    }
  }

  /** Fails where the folder, or on this machine one that it lies in, is a file. */
  private void refuseFile() {
    Optional<StoredFile> found = store.status(folder);
    int end = folder.lastIndexOf('/');
    for (String path = folder; found.isEmpty() && end > 0 && StorePath.isLocal(folder); ) {
      path = path.substring(0, end);
      found = store.status(path);
      end = path.lastIndexOf('/');
    }
    if (found.isPresent() && !found.get().isDirectory()) {
      misplaced = true;
      throw Failure.usage(
          "Cannot write the output, a file lies where its folder would be: %s (expected a folder or nothing). Change %s."
              .formatted(found.get().path(), claim.flag()));
    }
  }

  /**
   * Writes how a job ended that never had a session; {@code folder} may hold what earlier runs told
   * and nothing of others.
   */
  static void tellUnstarted(SparkConf conf, String folder, Failure failure) {
    try {
      Store store = Store.with(SparkStorage.settings(conf));
      Set<String> names = store.list(folder).stream().map(StoredFile::name).collect(toSet());
      names.remove("_lease");
      if (names.isEmpty() || names.contains(JobOutcome.FILE)) {
        LeaseClaim claim = LeaseClaim.of("the output").waiting(Duration.ZERO);
        try (Lease late = Lease.take(store, folder, claim)) {
          late.check();
          JobOutcome.of(failure).write(store, folder);
        }
      }
    } catch (Failure untold) {
      LOG.debug("{} was not written", JobOutcome.FILE, untold);
    }
  }

  /** Writes in every folder that a job has open how the process ends; called by any thread. */
  public static void tellWhereOpen(JobOutcome outcome) {
    OPEN.forEach(place -> place.tellLast(outcome));
  }

  /** The job's own thread may hold the lease for ever. */
  private void tellLast(JobOutcome outcome) {
    Lease held = lease;
    if (held == null) {
      tellLate(outcome);
    } else if (!told && !held.isLost() && !held.isUncertain()) {
      try (held) {
        tell(outcome);
      } catch (Failure failure) {
        LOG.debug("{} was not written", JobOutcome.FILE, failure);
      }
    }
  }

  private void tellLate(JobOutcome outcome) {
    if (told || misplaced || outcome.code() == ExitCode.HELD) {
      return;
    }
    try {
      if (ours.getAsBoolean()) {
        try (Lease late = Lease.take(store, folder, claim.waiting(Duration.ZERO))) {
          late.check();
          tell(outcome);
        }
      }
    } catch (Failure failure) {
      LOG.debug("{} was not written", JobOutcome.FILE, failure);
    }
  }

  private Failure misplaced(String why, String itsFlag, String inner, String outer) {
    misplaced = true;
    return Failure.usage(
        "Cannot write the output, %s (expected them apart). Change %s."
            .formatted(why.formatted(itsFlag, inner, outer), claim.flag()));
  }
}
