package org.sparklora.jobs.run;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sparklora.Failure;
import org.sparklora.command.JobOutcome;
import org.sparklora.jobs.spark.Causes;
import org.sparklora.storage.DescribedFolder;
import org.sparklora.storage.Store;

/**
 * How a job makes its output folder: it finds the same output there and does nothing, or makes it
 * whole, or leaves it empty; how that ended stands in {@code _outcome.json}.
 *
 * @param <D> what describes a finished folder
 * @param <R> the job's result
 */
public final class Making<D, R extends JobResult> {
  private final Store store;
  private final String path;
  private final DescribedFolder<D> folder;
  private final Result<D, R> result;

  public Making(Store store, String path, DescribedFolder<D> folder, Result<D, R> result) {
    this.store = store;
    this.path = path;
    this.folder = folder;
    this.result = result;
  }

  /** The job's result; {@code made} is false when the folder was whole already. */
  public interface Result<D, R> {
    R of(D description, boolean made);
  }

  /**
   * Finds, or plans and makes.
   *
   * @param same describes the output if it is there already
   * @param plan refuses what can be refused before the folder is touched
   * @param make writes the files and describes them
   */
  public <P> R run(Optional<D> same, Supplier<P> plan, Function<P, D> make) {
    if (same.isPresent()) {
      return result.of(same.get(), false);
    }
    P planned = plan.get();
    folder.begin();
    try {
      D description = make.apply(planned);
      folder.finish(description);
      R made = result.of(description, true);
      made.outcome().write(store, path);
      return made;
    } catch (Exception e) {
      // Spark wraps what tasks throw, and does not declare it.
      JobOutcome.afterFailure(e, folder::clear);
      Optional<Failure> failure = Causes.failureOrStorage(e);
      if (failure.isEmpty()) {
        throw e;
      }
      JobOutcome.writeFailure(failure.get(), store, path);
      throw failure.get();
    }
  }
}
