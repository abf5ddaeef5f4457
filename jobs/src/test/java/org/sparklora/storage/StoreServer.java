package org.sparklora.storage;

import org.junit.jupiter.api.extension.ExtensionContext;

/** A store that a test started: where to write, and the settings that open it. */
public interface StoreServer extends ExtensionContext.Store.CloseableResource, AutoCloseable {
  /** A folder of the store, without a slash at its end. */
  String root();

  StorageSettings settings();

  @Override
  void close();
}
