package org.sparklora.storage;

import java.util.List;
import java.util.Optional;

/**
 * A folder of data files that is whole once its description, written last, is there; until then it
 * holds a mark.
 */
public final class MarkedFolder {
  private static final String MARK = "_unfinished";

  private final Store store;
  private final String folder;
  private final String description;

  /** {@code description} is the name of the file that makes the folder whole. */
  public MarkedFolder(Store store, String folder, String description) {
    this.store = store;
    this.folder = folder;
    this.description = description;
  }

  /** What forbids writing here: a file with the folder's path, or a name in it that is not ours. */
  public Optional<String> obstacle() {
    List<String> names = store.list(folder).stream().map(StoredFile::name).toList();
    if (names.isEmpty()) {
      return store.status(folder).filter(f -> !f.isDirectory()).map(f -> "a file");
    }
    boolean ours = names.contains(description) || names.contains(MARK);
    return ours ? Optional.empty() : Optional.of(names.get(0));
  }

  public boolean has(String name) {
    return store.exists(Store.child(folder, name));
  }

  /** Marks the folder as unfinished, then empties it. */
  public void begin() {
    store.writeText(Store.child(folder, MARK), "A table is being made here.\n");
    store.delete(Store.child(folder, description));
    clear();
  }

  /** Deletes everything but the mark. */
  public void clear() {
    for (StoredFile file : store.list(folder)) {
      if (!file.name().equals(MARK)) {
        store.deleteTree(file.path());
      }
    }
  }

  /** Removes the mark, once the description is written. */
  public void finish() {
    store.delete(Store.child(folder, MARK));
  }
}
