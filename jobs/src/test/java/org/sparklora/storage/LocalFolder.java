package org.sparklora.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's own files as a store, deleted at the end. */
public record LocalFolder(Path folder) implements StoreServer {
  public static LocalFolder start() {
    try {
      return new LocalFolder(Files.createTempDirectory("local-store"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String root() {
    return "file://" + folder;
  }

  @Override
  public StorageSettings settings() {
    return StorageSettings.none();
  }

  @Override
  public void close() {
    Store.local().deleteTree(folder.toString());
  }
}
