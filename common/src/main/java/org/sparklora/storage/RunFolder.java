package org.sparklora.storage;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/**
 * A folder that runs of one job write to, one after another. A contract, written last, lists the
 * files of the run that finished; a mark names the runs that did not, and their files' names carry
 * their ids. What neither knows is somebody else's: it is never deleted, and nothing is written
 * beside it.
 */
public final class RunFolder {
  /** How the last run ended. */
  public static final String OUTCOME = "_outcome.json";

  private static final String MARK = "_unfinished";
  private static final String OF_SPARK = "_temporary";

  private final Store store;
  private final String folder;
  private final String contract;
  private final Set<String> besideMark;
  private final Supplier<Set<String>> listed;

  /**
   * @param contract the name of the file that makes the folder whole
   * @param beside names of files that a run writes before its contract, whatever its id
   * @param listed the names that the contract which lies there knows; none without one
   */
  public RunFolder(
      Store store,
      String folder,
      String contract,
      Set<String> beside,
      Supplier<Set<String>> listed) {
    this.store = store;
    this.folder = folder;
    this.contract = contract;
    this.besideMark = beside;
    this.listed = listed;
  }

  /** What forbids writing here: a file with the folder's path, or a name in it that is not ours. */
  public Optional<String> obstacle() {
    List<StoredFile> files = store.list(folder);
    if (files.isEmpty()) {
      return store.status(folder).filter(f -> !f.isDirectory()).map(f -> "a file");
    }
    Set<String> known = listed.get();
    Optional<RunMark> mark = mark();
    return files.stream()
        .map(StoredFile::name)
        .filter(name -> !isOurs(name, known, mark))
        .findFirst();
  }

  /**
   * Fails where something forbids writing here.
   *
   * @param attempt what cannot be done, up to the folder: {@code write the answers, their folder}
   * @param flag the one that chooses the folder
   */
  public void requireFree(String attempt, String flag) {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      throw Failure.usage(
          "Cannot %s holds something else: %s with %s (expected an empty or new folder). Change %s."
              .formatted(attempt, folder, obstacle.get(), flag));
    }
  }

  /** Whether runs of the job write here, or nobody has written yet. */
  public boolean isOurs() {
    if (has(contract) || has(MARK)) {
      return true;
    }
    return obstacle().isEmpty();
  }

  /** The runs that did not finish here. */
  public RunMark unfinished() {
    return mark().orElse(RunMark.NONE);
  }

  /** Marks the folder. What earlier runs left unfinished is deleted, what one finished stays. */
  public void begin(String run) {
    RunMark both = unfinished().and(RunMark.of(run));
    store.writeText(Store.child(folder, MARK), both.text());
    store.delete(Store.child(folder, OUTCOME));
    deleteUnfinished(listed.get());
    store.writeText(Store.child(folder, MARK), RunMark.of(run).text());
  }

  /** Deletes what was listed before and is not now, what this run does not list, and the mark. */
  public void finish(Set<String> before, Set<String> now) {
    for (StoredFile file : store.list(folder)) {
      String name = RunMark.plain(file.name());
      if (!file.isDirectory() && before.contains(name) && !now.contains(name)) {
        store.delete(file.path());
      }
    }
    deleteUnfinished(now);
    store.delete(Store.child(folder, MARK));
  }

  /**
   * Writes the contract; where the store gives up half-way, the one before comes back.
   *
   * @param before the contract that lies there, or none
   */
  public void describe(Optional<String> before, Runnable writing) {
    try {
      writing.run();
    } catch (Failure failure) {
      putBack(before, failure);
      throw failure;
    }
  }

  /** What lies there; a contract that cannot be read lists nothing. */
  public static <D> Optional<D> readable(Supplier<Optional<D>> contract) {
    try {
      return contract.get();
    } catch (Failure damaged) {
      if (damaged.exitCode() == ExitCode.INPUT) {
        return Optional.empty();
      }
      throw damaged;
    }
  }

  void putBack(Optional<String> before, Failure failure) {
    String path = Store.child(folder, contract);
    try {
      before.ifPresentOrElse(text -> store.writeText(path, text), () -> store.delete(path));
    } catch (Failure second) {
      failure.addSuppressed(second);
    }
  }

  /**
   * Deletes what this run wrote; a finished run's files stay. So does the mark, because tasks that
   * were given up may still write.
   */
  public void abandon() {
    deleteUnfinished(listed.get());
  }

  private boolean isOurs(String name, Set<String> known, Optional<RunMark> mark) {
    if (name.startsWith(".") || name.equals(contract) || known.contains(name)) {
      return true;
    }
    return switch (name) {
      case MARK, OUTCOME, Lease.FOLDER, StopFile.NAME -> true;
      case OF_SPARK -> mark.isPresent();
      default -> mark.isPresent() && (mark.get().names(name) || besideMark.contains(name));
    };
  }

  private void deleteUnfinished(Set<String> kept) {
    RunMark mark = unfinished();
    for (StoredFile file : store.list(folder)) {
      String name = RunMark.plain(file.name());
      if (name.equals(OF_SPARK)) {
        store.deleteTree(file.path());
      } else if (!kept.contains(name) && (mark.names(name) || besideMark.contains(name))) {
        store.delete(file.path());
      }
    }
  }

  private boolean has(String name) {
    return store.exists(Store.child(folder, name));
  }

  private Optional<RunMark> mark() {
    String path = Store.child(folder, MARK);
    return store.exists(path) ? Optional.of(RunMark.parse(store.readText(path))) : Optional.empty();
  }
}
