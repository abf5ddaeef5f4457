package org.sparklora.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.sparklora.Failure;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * How a corpus is read: which files are Parquet, and which task reads which part of the JSON ones.
 *
 * @param parts each for one task, in input order
 */
public record CorpusPlan(boolean isParquet, List<List<CorpusSplit>> parts) {
  private static final long LEAST = 1L << 20;
  private static final long MOST = 64L << 20;
  private static final int HEAD = 4;

  /** Looks at the first bytes of each file; names and suffixes mean nothing. */
  public static CorpusPlan of(Store store, List<StoredFile> files, int tasks) {
    long total = files.stream().mapToLong(StoredFile::length).sum();
    long size = Math.min(MOST, Math.max(LEAST, total / Math.max(1, tasks)));
    List<Kind> kinds = files.parallelStream().map(f -> kind(store, f)).toList();
    boolean parquet = kinds.contains(Kind.PARQUET);
    if (parquet && kinds.stream().anyMatch(k -> k == Kind.LINES || k == Kind.ARRAY)) {
      throw Failure.input(
          "Cannot read the input, it mixes Parquet with JSON: %s and %s (expected one kind). Tokenize them one after the other."
              .formatted(
                  files.get(kinds.indexOf(Kind.PARQUET)).path(),
                  files
                      .get(kinds.indexOf(kinds.contains(Kind.LINES) ? Kind.LINES : Kind.ARRAY))
                      .path()));
    }
    List<CorpusSplit> splits = new ArrayList<>();
    for (int i = 0; i < files.size() && !parquet; i++) {
      addSplits(files.get(i), kinds.get(i), size, splits);
    }
    return new CorpusPlan(parquet, packed(splits, size));
  }

  private static void addSplits(StoredFile file, Kind kind, long size, List<CorpusSplit> splits) {
    if (kind == Kind.ARRAY) {
      splits.add(new CorpusSplit(file.path(), true, 0, file.length()));
      return;
    }
    for (long start = 0; start < file.length(); start += size) {
      long end = Math.min(file.length(), start + size);
      splits.add(new CorpusSplit(file.path(), false, start, end));
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

  private enum Kind {
    PARQUET,
    ARRAY,
    LINES,
    EMPTY
  }

  private static Kind kind(Store store, StoredFile file) {
    if (file.length() == 0) {
      return Kind.EMPTY;
    }
    try (InputStream in = store.read(file.path())) {
      byte[] head = in.readNBytes(HEAD);
      if (Arrays.equals(head, "PAR1".getBytes(StandardCharsets.US_ASCII))) {
        return Kind.PARQUET;
      }
      refuseOtherEncodings(file.path(), head);
    } catch (IOException e) {
      throw unreadable(file.path(), e);
    }
    try (InputStream in = store.read(file.path())) {
      return JsonArrayRows.beginArray(in) ? Kind.ARRAY : Kind.LINES;
    } catch (java.nio.charset.CharacterCodingException e) {
      return Kind.LINES;
    } catch (IOException e) {
      throw unreadable(file.path(), e);
    }
  }

  private static void refuseOtherEncodings(String path, byte[] head) {
    String found = null;
    if (starts(head, 0x1f, 0x8b)) {
      found = "gzip-compressed";
    } else if (starts(head, 0xff, 0xfe) || starts(head, 0xfe, 0xff)) {
      found = "UTF-16";
    } else if (starts(head, 'P', 'K')) {
      found = "a zip archive";
    }
    if (found != null) {
      throw Failure.input(
          "Cannot read the input, a file is %s: %s (expected UTF-8 JSON or Parquet). Convert it first."
              .formatted(found, path));
    }
  }

  private static boolean starts(byte[] head, int first, int second) {
    return head.length > 1 && (head[0] & 0xff) == first && (head[1] & 0xff) == second;
  }

  private static Failure unreadable(String path, IOException cause) {
    return Failure.storage(
        "Cannot read the input, the read failed: %s (%s). Check the store and run again."
            .formatted(path, cause.getMessage()),
        cause);
  }
}
