package org.sparklora.feature;

import java.util.Set;
import org.sparklora.storage.RunMark;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** The folder beside a table that holds the bad rows, in files whose names carry their run's id. */
record QuarantineFolder(Store store, String path) {
  /** Deletes the files of these runs, and the folder once nothing is left in it. */
  void delete(RunMark runs) {
    delete(runs, Set.of());
  }

  /** As {@link #delete(RunMark)}, but for the files of these names. */
  void delete(RunMark runs, Set<String> kept) {
    boolean deleted = false;
    for (StoredFile file : store.list(path)) {
      if (runs.names(file.name()) && !kept.contains(file.name())) {
        deleted |= store.delete(file.path());
      }
    }
    if (deleted && store.list(path).isEmpty()) {
      store.delete(path);
    }
  }
}
