package org.sparklora.storage;

/** A folder of files that is whole once its description, written last, is there. */
public interface DescribedFolder<D> {
  /** Fails where the folder holds something that no run of the job wrote; touches nothing. */
  void requireFree();

  /** Whether the job may say here how it ended: runs of it write here, or nobody has yet. */
  boolean isOurs();

  /**
   * Marks the folder, and deletes what earlier runs left unfinished. What one finished stays whole.
   *
   * @param run the id that the names of the new files carry
   */
  void begin(String run);

  /** Replaces the description, then deletes the files that it does not list and the mark. */
  void finish(D description);

  /** Deletes the files that this run wrote. */
  void abandon();
}
