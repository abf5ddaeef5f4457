package org.sparklora.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Puts local folders on a store. */
public final class FixtureCopy {
  private FixtureCopy() {}

  /** All files of a folder, deep ones included. */
  public static void folder(Path from, Store store, String to) {
    try (Stream<Path> tree = Files.walk(from)) {
      List<Path> files = tree.filter(Files::isRegularFile).toList();
      for (Path file : files) {
        store.writeBytes(
            Store.child(to, from.relativize(file).toString()), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
