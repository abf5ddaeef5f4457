package org.sparklora.jobs.tokenize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sparklora.Failure;
import org.sparklora.blend.Blend;
import org.sparklora.blend.Portion;
import org.sparklora.corpus.InputFiles;
import org.sparklora.jobs.run.NamedPaths;
import org.sparklora.jobs.run.OutputPlace;
import org.sparklora.jobs.spark.SparkStorage;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * The corpora that a table is made from, each with its files in order.
 *
 * @param paths as every executor knows them
 */
record Corpora(
    Store store, List<Portion> portions, List<String> paths, List<List<StoredFile>> filesOfEach) {

  /**
   * Finds the files; fails where a corpus has none, or two have the same.
   *
   * @param asked values of {@code --input_file}
   */
  static Corpora find(Store store, NamedPaths names, List<String> asked) {
    return of(store, Portion.of(asked, text -> isThere(store, names.corpus(text))), names);
  }

  private static Corpora of(Store store, List<Portion> portions, NamedPaths names) {
    List<String> paths = portions.stream().map(p -> names.corpus(p.path())).toList();
    List<List<StoredFile>> files = paths.stream().map(p -> InputFiles.find(store, p)).toList();
    Map<String, String> owners = new HashMap<>();
    for (int i = 0; i < paths.size(); i++) {
      for (StoredFile file : files.get(i)) {
        String other = owners.put(file.path(), portions.get(i).asked());
        if (other != null) {
          throw Failure.usage(
              "Cannot mix corpora, two of them hold one file: %s in %s and %s (expected each file once). Drop one --input_file."
                  .formatted(file.path(), other, portions.get(i).asked()));
        }
      }
    }
    return new Corpora(store, portions, paths, files);
  }

  private static boolean isThere(Store store, String path) {
    try {
      return !InputFiles.find(store, path).isEmpty();
    } catch (Failure nothing) {
      return false;
    }
  }

  /** Whether rows are chosen. */
  boolean isMix() {
    return portions.get(0).isPart();
  }

  /** What decides the choice, as the table's contract has it; null where nothing is chosen. */
  List<String> asked() {
    return isMix() ? portions.stream().map(Portion::asked).toList() : null;
  }

  List<StoredFile> files() {
    List<StoredFile> all = new ArrayList<>();
    filesOfEach.forEach(all::addAll);
    return all;
  }

  /** As Spark reads them. */
  List<String> uris() {
    return files().stream().map(f -> SparkStorage.uri(store, f.path())).toList();
  }

  Blend blend() {
    return Blend.of(
        filesOfEach.stream()
            .map(files -> files.stream().map(f -> name(f.path())).toList())
            .toList());
  }

  /** A number for each file, in their order. */
  Map<String, Integer> fileNumbers() {
    Map<String, Integer> numbers = new HashMap<>();
    files().forEach(file -> numbers.put(name(file.path()), numbers.size()));
    return numbers;
  }

  /** As rows of both text and Parquet say where they come from. */
  private String name(String path) {
    return store.isLocal(path) ? store.localPath(path).toAbsolutePath().toString() : path;
  }

  void apartFrom(OutputPlace place) {
    for (int i = 0; i < paths.size(); i++) {
      place.apartFromInput(paths.get(i), filesOfEach.get(i));
    }
  }
}
