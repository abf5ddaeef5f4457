package org.sparklora.storage;

import java.util.UUID;
import java.util.function.Supplier;

/** One of the stores that a parametrised test runs on, started when first asked for a folder. */
public record TestedStore(String scheme, Supplier<StoreServer> server) {
  /** A folder that nobody has used; skips the test where the store's server cannot run. */
  public String newFolder() {
    return Store.child(server.get().root(), "test-" + UUID.randomUUID());
  }

  public StorageSettings settings() {
    return server.get().settings();
  }

  public Store store() {
    return Store.with(settings());
  }

  @Override
  public String toString() {
    return scheme;
  }
}
