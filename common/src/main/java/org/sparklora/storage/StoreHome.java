package org.sparklora.storage;

import java.nio.file.Path;

/**
 * Where paths without a scheme lie: absolute ones behind {@code root}, the others under {@code
 * folder}.
 *
 * @param root {@code hdfs://host}, for example; empty for this machine
 */
public record StoreHome(String root, String folder) {
  /** The working directory of this process. */
  public static StoreHome workingDirectory() {
    return new StoreHome("", Path.of("").toAbsolutePath().toString());
  }

  /** The user's folder on a file system such as {@code hdfs://host}. */
  public static StoreHome of(String system, String user) {
    String root = system.replaceFirst("/+$", "");
    return new StoreHome(root, root + "/user/" + user);
  }

  /** The path with its scheme; one that has a scheme is taken as it is. */
  public String resolve(String path) {
    if (StorePath.hasScheme(path)) {
      return path;
    }
    String trimmed = path.length() > 1 ? path.replaceFirst("/+$", "") : path;
    return trimmed.startsWith("/") ? root + trimmed : Store.child(folder, trimmed);
  }
}
