package org.sparklora.corpus;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.Log;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * The files that an input path names, in order: one file, a folder's files, or a glob's.
 *
 * <p>Order is by names, folder by folder; no file comes twice.
 */
public final class InputFiles {
  private static final Log LOG = Log.of(InputFiles.class);

  private final InputFolders folders;
  private final Store store;
  private final Map<String, StoredFile> found = new LinkedHashMap<>();

  private InputFiles(Store store) {
    this.store = store;
    this.folders = new InputFolders(store);
  }

  /**
   * Fails when there is none; files and folders that begin with a dot or underscore are left out.
   */
  public static List<StoredFile> find(Store store, String path) {
    InputFiles files = new InputFiles(store);
    List<StoredFile> roots = files.roots(path);
    roots.forEach(files::addAll);
    if (files.found.isEmpty()) {
      throw files.nothing(path, roots);
    }
    if (files.folders.hidden() > 0) {
      LOG.info(
          "Left out {} of the input, whose names begin with . or _, the first: {}",
          files.folders.hidden() == 1 ? "one" : files.folders.hidden() + " files and folders",
          files.folders.firstHidden());
    }
    return List.copyOf(files.found.values());
  }

  private List<StoredFile> roots(String path) {
    // A file whose name happens to hold a bracket is that file.
    List<StoredFile> exact = store.status(path).map(List::of).orElse(List.of());
    return exact.isEmpty() && Glob.isGlob(path) ? matches(path) : exact;
  }

  private List<StoredFile> matches(String path) {
    String[] parts = path.split("/", -1);
    String folder = parts[0];
    int first = 1;
    // So is a folder.
    while (first < parts.length
        && (!Glob.isGlob(parts[first]) || store.exists(folder + "/" + parts[first]))) {
      folder += "/" + parts[first++];
    }
    String glob = String.join("/", Arrays.asList(parts).subList(first, parts.length));
    String base = folder.isEmpty() ? "/" : folder;
    return Glob.of(glob).stream()
        .flatMap(alternative -> matches(base, alternative).stream())
        .distinct()
        .sorted(Comparator.comparing((StoredFile f) -> f.path().split("/"), Arrays::compare))
        .toList();
  }

  private List<StoredFile> matches(String base, List<Glob.Part> parts) {
    List<StoredFile> level = store.status(base).map(List::of).orElse(List.of());
    for (Glob.Part part : parts) {
      List<StoredFile> next = new ArrayList<>();
      for (StoredFile folder : level) {
        if (part.isAnyFolders()) {
          addFolders(folder, next);
        } else if (folder.isDirectory()) {
          folders.children(folder).stream().filter(f -> part.matches(f.name())).forEach(next::add);
        }
      }
      level = next;
    }
    return level;
  }

  private void addFolders(StoredFile folder, List<StoredFile> all) {
    if (folder.isDirectory()) {
      all.add(folder);
      folders.visible(folder).forEach(f -> addFolders(f, all));
    }
  }

  private void addAll(StoredFile file) {
    if (file.isDirectory()) {
      folders.visible(file).forEach(this::addAll);
    } else {
      refuseSpecial(file.path());
      found.putIfAbsent(file.path(), file);
    }
  }

  /** Of a pipe nobody knows the length, and a second look finds it empty. */
  private void refuseSpecial(String path) {
    if (store.isLocal(path) && isSpecial(store.localPath(path))) {
      throw Failure.input(
          "Cannot read the input, it is a pipe, a socket or a device: %s (expected a file or a folder with files). Write what it gives into a file first, or take it out of the folder."
              .formatted(path));
    }
  }

  private static boolean isSpecial(Path file) {
    return Files.exists(file) && !Files.isRegularFile(file);
  }

  private Failure nothing(String path, List<StoredFile> roots) {
    if (roots.stream().anyMatch(StoredFile::isDirectory)) {
      return Failure.input(
          "Cannot read the input, the folder holds no files%s: %s (expected JSON or Parquet files). Check the path."
              .formatted(
                  folders.hidden() == 0 ? "" : " but hidden ones such as " + folders.firstHidden(),
                  path));
    }
    return Failure.input(
        "Cannot read the input, there is no such file: %s (expected a file, a folder with files or a glob). %s"
            .formatted(path, hint(path)));
  }

  private String hint(String path) {
    int slash = path.lastIndexOf('/');
    String folder = slash > 0 ? path.substring(0, slash) : path;
    String names =
        store.list(folder).stream()
            .map(StoredFile::name)
            .filter(name -> !Glob.isHidden(name))
            .limit(5)
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? "Check the path; its folder is missing or empty."
        : "Check the name; its folder holds " + names + ".";
  }
}
