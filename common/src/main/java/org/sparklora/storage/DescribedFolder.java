package org.sparklora.storage;

/** A folder of files that is whole once its description, written last, is there. */
public interface DescribedFolder<D> {
  /** Empties the folder and marks it as unfinished; fails where it holds something foreign. */
  void begin();

  /** Writes the description and takes the mark away. */
  void finish(D description);

  /** Deletes the files that are there; the folder stays unfinished. */
  void clear();
}
