package org.sparklora.jobs.run;

import java.util.Optional;
import java.util.function.Supplier;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.storage.DescribedFolder;
import org.sparklora.storage.Lease;
import org.sparklora.storage.RunMark;

/**
 * How a job makes its output folder, alone there: it finds the same output and does nothing, or
 * makes it whole beside the one that lies there, and then takes that away.
 *
 * @param <D> what describes a finished folder
 * @param <R> the job's result
 */
public final class Making<D, R extends JobResult> {
  private final OutputPlace place;
  private final DescribedFolder<D> folder;
  private final Result<D, R> result;

  public Making(OutputPlace place, DescribedFolder<D> folder, Result<D, R> result) {
    this.place = place;
    this.folder = folder;
    this.result = result;
  }

  /** The job's result; {@code made} is false when the folder was whole already. */
  public interface Result<D, R> {
    R of(D description, boolean made);
  }

  /** Writes the files of what was planned, with the run's id in their names; describes them. */
  public interface Maker<P, D> {
    D make(P planned, String run);
  }

  /**
   * Finds, or plans and makes.
   *
   * @param same describes the output if it is there already
   * @param plan refuses what can be refused before anything is written; nobody else writes while it
   *     looks
   */
  public <P> R run(Supplier<Optional<D>> same, Supplier<P> plan, Maker<P, D> maker) {
    Optional<D> there = same.get();
    if (there.isPresent()) {
      return result.of(there.get(), false);
    }
    folder.requireFree();
    try (Lease lease = place.lease()) {
      // Whoever held the lease until now may have made it since we looked.
      Optional<D> meanwhile = same.get();
      if (meanwhile.isPresent()) {
        return result.of(meanwhile.get(), false);
      }
      return made(plan.get(), maker, lease);
    }
  }

  private <P> R made(P planned, Maker<P, D> maker, Lease lease) {
    String run = RunMark.newRun();
    folder.begin(run);
    try {
      D description = maker.make(planned, run);
      lease.check();
      folder.finish(description);
      R made = result.of(description, true);
      place.tell(made.outcome());
      return made;
    } catch (Throwable e) {
      // Spark wraps what tasks throw, and does not declare it; memory may be short.
      Optional<Failure> failure = Causes.failureOrStorage(e);
      if (!lease.isLost()) {
        JobOutcome.afterFailure(e, folder::abandon);
        failure.ifPresent(place::tell);
      }
      if (failure.isEmpty()) {
        throw e;
      }
      throw failure.get();
    }
  }
}
