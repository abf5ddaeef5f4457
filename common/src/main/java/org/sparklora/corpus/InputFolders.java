package org.sparklora.corpus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * Folders of an input as they are listed: what is hidden is counted, what would be lost or read
 * twice in silence is refused.
 */
final class InputFolders {
  private final Store store;
  private final Set<String> hidden = new HashSet<>();
  private String firstHidden = "";

  InputFolders(Store store) {
    this.store = store;
  }

  int hidden() {
    return hidden.size();
  }

  String firstHidden() {
    return firstHidden;
  }

  /** Children by name, hidden ones, too. */
  List<StoredFile> children(StoredFile folder) {
    List<StoredFile> children = store.list(folder.path());
    refuseTableFormats(folder.path(), children);
    if (store.isLocal(folder.path())) {
      refuseLinks(store.localPath(folder.path()));
    }
    return children;
  }

  /** Children but for hidden ones, which are counted. */
  List<StoredFile> visible(StoredFile folder) {
    List<StoredFile> children = children(folder);
    for (StoredFile child : children) {
      if (Glob.isHidden(child.name()) && hidden.add(child.path()) && firstHidden.isEmpty()) {
        firstHidden = child.path();
      }
    }
    return children.stream().filter(f -> !Glob.isHidden(f.name())).toList();
  }

  /** Files of such a table that are no longer, or not yet, part of it lie beside the others. */
  private void refuseTableFormats(String path, List<StoredFile> children) {
    Optional<String> format = format(children);
    // A partition's folder lies within its table.
    for (String at = path; format.isEmpty() && name(at).contains("="); ) {
      at = at.substring(0, at.lastIndexOf('/'));
      format = format(store.list(at));
    }
    if (format.isPresent()) {
      throw Failure.input(
          "Cannot read the input, the folder is a table of %s, whose log says which files count: %s (expected plain files). Export its present version as Parquet first, or name single files."
              .formatted(format.get(), path));
    }
  }

  private Optional<String> format(List<StoredFile> children) {
    for (StoredFile child : children) {
      switch (child.name()) {
        case "_delta_log" -> {
          return Optional.of("Delta Lake");
        }
        case ".hoodie" -> {
          return Optional.of("Hudi");
        }
        case "metadata" -> {
          if (store.list(child.path()).stream()
              .anyMatch(f -> f.name().endsWith(".metadata.json"))) {
            return Optional.of("Iceberg");
          }
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static void refuseLinks(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path link : (Iterable<Path>) entries.filter(Files::isSymbolicLink).sorted()::iterator) {
        refuse(folder, link);
      }
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot read the input, its folder cannot be listed: %s (%s). Check permissions."
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  private static void refuse(Path folder, Path link) throws IOException {
    if (Glob.isHidden(link.getFileName().toString())) {
      return;
    }
    if (!Files.exists(link)) {
      throw Failure.input(
          "Cannot read the input, a link leads nowhere: %s to %s (expected a file). Restore the file or remove the link."
              .formatted(link, Files.readSymbolicLink(link)));
    }
    if (folder.toRealPath().startsWith(link.toRealPath())) {
      throw Failure.input(
          "Cannot read the input, a link leads back to a folder around it: %s to %s (expected folders without circles). Remove the link."
              .formatted(link, Files.readSymbolicLink(link)));
    }
  }
}
