package org.sparklora.corpus;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** The files that an input path names, in order: one file, a folder's files, or a glob's. */
public final class InputFiles {
  private static final Pattern WILDCARD = Pattern.compile("[*?\\[{]");

  private final Store store;

  private InputFiles(Store store) {
    this.store = store;
  }

  /**
   * Fails when there is none; files and folders that begin with a dot or underscore are left out.
   */
  public static List<StoredFile> find(Store store, String path) {
    List<StoredFile> found = new ArrayList<>();
    InputFiles files = new InputFiles(store);
    for (StoredFile root : files.roots(path)) {
      files.addAll(root, found);
    }
    if (found.isEmpty()) {
      throw Failure.input(
          "Cannot read the input, there is no such file: %s (expected a file, a folder with files or a glob). %s"
              .formatted(path, files.hint(path)));
    }
    return found;
  }

  private List<StoredFile> roots(String path) {
    // A file whose name happens to hold a bracket is that file.
    List<StoredFile> exact = store.status(path).map(List::of).orElse(List.of());
    return exact.isEmpty() && WILDCARD.matcher(path).find() ? matches(path) : exact;
  }

  private List<StoredFile> matches(String glob) {
    String[] parts = glob.split("/", -1);
    int first = 0;
    while (!WILDCARD.matcher(parts[first]).find()) {
      first++;
    }
    String fixed = String.join("/", List.of(parts).subList(0, first));
    List<String> folders = List.of(fixed.isEmpty() && glob.startsWith("/") ? "/" : fixed);
    List<StoredFile> level = List.of();
    for (int i = first; i < parts.length; i++) {
      Predicate<StoredFile> wanted = named(parts[i]);
      level = folders.stream().flatMap(f -> store.list(f).stream()).filter(wanted).toList();
      folders = level.stream().filter(StoredFile::isDirectory).map(StoredFile::path).toList();
    }
    return level;
  }

  private static Predicate<StoredFile> named(String pattern) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    return file -> !isHidden(file) && matcher.matches(Path.of(file.name()));
  }

  private void addAll(StoredFile file, List<StoredFile> found) {
    if (!file.isDirectory()) {
      found.add(file);
      return;
    }
    for (StoredFile child : store.list(file.path())) {
      if (!isHidden(child)) {
        addAll(child, found);
      }
    }
  }

  private static boolean isHidden(StoredFile file) {
    return file.name().startsWith(".") || file.name().startsWith("_");
  }

  private String hint(String path) {
    int slash = path.lastIndexOf('/');
    String folder = slash > 0 ? path.substring(0, slash) : path;
    String names =
        store.list(folder).stream()
            .filter(f -> !isHidden(f))
            .limit(5)
            .map(StoredFile::name)
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? "Check the path; its folder is missing or empty."
        : "Check the name; its folder holds " + names + ".";
  }
}
