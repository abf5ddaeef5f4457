package org.sparklora.corpus;

import java.util.ArrayList;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * How a corpus is read: whether it is Parquet, and which task reads which part of text files.
 *
 * @param parts each for one task, in input order
 */
public record CorpusPlan(boolean isParquet, List<List<CorpusSplit>> parts) {
  private static final long LEAST = 1L << 20;
  private static final long MOST = 64L << 20;

  /**
   * Looks at the beginning of each file.
   *
   * @param charset encoding of text that has no byte order mark
   */
  public static CorpusPlan of(Store store, List<StoredFile> listed, int tasks, String charset) {
    List<StoredFile> files = listed.stream().filter(f -> f.length() > 0).toList();
    long total = files.stream().mapToLong(StoredFile::length).sum();
    long size = Math.min(MOST, Math.max(LEAST, total / Math.max(1, tasks)));
    List<FileKind> kinds = files.parallelStream().map(f -> FileKind.of(store, f, charset)).toList();
    boolean parquet = kinds.stream().anyMatch(FileKind::isParquet);
    if (parquet && !kinds.stream().allMatch(FileKind::isParquet)) {
      throw mixed(files, kinds);
    }
    List<CorpusSplit> splits = new ArrayList<>();
    for (int i = 0; i < files.size() && !parquet; i++) {
      addSplits(files.get(i), kinds.get(i).text().orElseThrow(), size, splits);
    }
    return new CorpusPlan(parquet, packed(splits, size));
  }

  /** Of all parts. */
  public long bytes() {
    return parts.stream()
        .flatMap(List::stream)
        .mapToLong(split -> split.end() - split.start())
        .sum();
  }

  private static Failure mixed(List<StoredFile> files, List<FileKind> kinds) {
    List<Boolean> parquet = kinds.stream().map(FileKind::isParquet).toList();
    return Failure.input(
        "Cannot read the input, it mixes Parquet with JSON: %s and %s (expected one kind). Tokenize them one after the other."
            .formatted(
                files.get(parquet.indexOf(true)).path(), files.get(parquet.indexOf(false)).path()));
  }

  private static void addSplits(
      StoredFile file, TextForm form, long size, List<CorpusSplit> splits) {
    long step = form.equals(TextForm.PLAIN_LINES) ? size : file.length();
    for (long start = 0; start < file.length(); start += step) {
      long end = Math.min(file.length(), start + step);
      splits.add(new CorpusSplit(file.path(), form, start, end));
    }
  }

  /** Small files one after the other share a task. */
  private static List<List<CorpusSplit>> packed(List<CorpusSplit> splits, long size) {
    List<List<CorpusSplit>> parts = new ArrayList<>();
    long room = 0;
    for (CorpusSplit split : splits) {
      long length = split.end() - split.start();
      if (parts.isEmpty() || length > room) {
        parts.add(new ArrayList<>());
        room = size;
      }
      parts.get(parts.size() - 1).add(split);
      room -= length;
    }
    return parts;
  }
}
