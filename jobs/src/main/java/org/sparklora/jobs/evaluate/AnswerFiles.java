package org.sparklora.jobs.evaluate;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.corpus.CorpusPlan;
import org.sparklora.corpus.ExampleParser;
import org.sparklora.corpus.InputFiles;
import org.sparklora.corpus.ParquetCorpus;
import org.sparklora.predict.PredictionsInfo;
import org.sparklora.predict.PredictionsInfo.PredictionFile;
import org.sparklora.storage.RunFolder;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * The files of a table of answers, in row order.
 *
 * @param name as the user gave it
 * @param rows how many there have to be, where that is known
 */
record AnswerFiles(String name, List<StoredFile> files, OptionalLong rows) {
  /** Those that a table of the predict job lists, or whatever files a path names. */
  static AnswerFiles find(Store store, String name, String path) {
    if (store.status(path).filter(StoredFile::isDirectory).isEmpty()) {
      return new AnswerFiles(name, InputFiles.find(store, path), OptionalLong.empty());
    }
    Optional<PredictionsInfo> table = PredictionsInfo.read(store, path);
    if (table.isPresent()) {
      return new AnswerFiles(
          name,
          table.get().files().stream().map(f -> listed(store, path, f)).toList(),
          OptionalLong.of(table.get().counts().rows()));
    }
    if (store.exists(Store.child(path, "_unfinished"))
        || store.exists(Store.child(path, RunFolder.OUTCOME))) {
      throw Failure.input(
          "Cannot evaluate, the table of answers is not finished: %s (expected %s in it). Run the predict job again."
              .formatted(path, PredictionsInfo.FILE));
    }
    return new AnswerFiles(name, InputFiles.find(store, path), OptionalLong.empty());
  }

  private static StoredFile listed(Store store, String folder, PredictionFile file) {
    StoredFile found = store.status(Store.child(folder, file.name())).orElse(null);
    if (found == null || found.length() != file.bytes()) {
      throw Failure.input(
          "Cannot evaluate, a file of the table of answers is not as it was written: %s has %s bytes (expected %d). Run the predict job again with --overwrite."
              .formatted(
                  Store.child(folder, file.name()),
                  found == null ? "no" : Long.toString(found.length()),
                  file.bytes()));
    }
    return found;
  }

  /** How they are read; fails for Parquet that cannot be. */
  CorpusPlan plan(Store store, int tasks, String encoding, ExampleParser wanted) {
    CorpusPlan plan = CorpusPlan.of(store, files, tasks, encoding);
    if (plan.isParquet()) {
      List<String> columns = ParquetCorpus.columns(store, files);
      requireColumn(columns, wanted.promptKey());
      requireColumn(columns, wanted.targetKey());
      ParquetCorpus.check(store, files, wanted);
    }
    return plan;
  }

  private void requireColumn(List<String> columns, String key) {
    if (!key.isEmpty() && !columns.isEmpty() && !columns.contains(key)) {
      throw Failure.input(
          "Cannot evaluate, the table has no such column: %s in %s (expected one of %s). Change --prediction_key or --target_key, or give --target_file."
              .formatted(key, name, String.join(", ", columns)));
    }
  }

  /** Changes when a file does. */
  String state() {
    return files.stream()
        .map(f -> f.path() + ":" + f.length() + ":" + f.modifiedMillis())
        .collect(Collectors.joining(";"));
  }
}
