package org.sparklora.storage;

/**
 * A file in a run's output folder: whoever writes it asks the run to save and end, where no signal
 * reaches it. Its content means nothing. The run that obeys takes it away.
 */
public record StopFile(Store store, String folder) {
  public static final String NAME = "_stop";

  public boolean isThere() {
    return store.exists(path());
  }

  public void write() {
    store.writeText(path(), "");
  }

  public void takeAway() {
    store.delete(path());
  }

  private String path() {
    return Store.child(folder, NAME);
  }
}
