package org.sparklora.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.sparklora.Failure;
import org.sparklora.SizeLimit;

/**
 * Files by path: {@code hdfs:}, {@code s3a:}, {@code file:} or a plain local one. Thread-safe, one
 * per process and settings. Offers no rename, because S3 has none.
 *
 * <p>Opening, listing and deleting fail with {@link Failure}; the returned streams throw {@link
 * IOException} as streams do.
 */
public final class Store {
  private static final String READ = "read the file";

  private static final Map<StorageSettings, Store> STORES = new ConcurrentHashMap<>();

  private final Backend local = new LocalBackend();
  private final StorageSettings settings;
  private HadoopBackend hadoop;

  private Store(StorageSettings settings) {
    this.settings = settings;
  }

  public static Store with(StorageSettings settings) {
    return STORES.computeIfAbsent(settings, Store::new);
  }

  public static Store local() {
    return with(StorageSettings.none());
  }

  public InputStream read(String path) {
    return WatchedStreams.input(path, attempt(READ, path, Backend::read));
  }

  public SeekableInput open(String path) {
    return attempt(READ, path, Backend::open);
  }

  /** Overwrites; makes parent folders. The file is complete only once the stream is closed. */
  public OutputStream create(String path) {
    return WatchedStreams.output(path, attempt("write the file", path, Backend::create));
  }

  /**
   * False if the file exists. Of several simultaneous callers one wins on {@code file:} and {@code
   * hdfs:}; on S3 more than one may.
   */
  public boolean createNew(String path, byte[] content) {
    return attempt("write the file", path, (b, p) -> b.createNew(p, content));
  }

  public byte[] readBytes(String path) {
    try (InputStream in = read(path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw failed(READ, path, e);
    }
  }

  /** Of a file that describes others; a longer one is none. */
  public String readText(String path) {
    long length = length(path);
    SizeLimit.DESCRIPTION.require(READ, "its length", length, path);
    return new String(readBytes(path), StandardCharsets.UTF_8);
  }

  /**
   * Overwrites. After a failure S3 holds what it held before; other stores may hold a part, so
   * whatever must be whole states its own length or hash.
   */
  public void writeBytes(String path, byte[] content) {
    attempt(
        "write the file",
        path,
        (b, p) -> {
          b.write(p, content);
          return true;
        });
  }

  public void writeText(String path, String content) {
    writeBytes(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /** Direct children sorted by name; empty when the folder is missing. */
  public List<StoredFile> list(String folder) {
    return attempt("list the folder", folder, Backend::list).stream()
        .sorted(Comparator.comparing(StoredFile::name))
        .toList();
  }

  public Optional<StoredFile> status(String path) {
    return attempt("look at the file", path, Backend::status);
  }

  public boolean exists(String path) {
    return status(path).isPresent();
  }

  public boolean isDirectory(String path) {
    return status(path).filter(StoredFile::isDirectory).isPresent();
  }

  public long length(String path) {
    return status(path).orElseThrow(() -> missing(READ, path)).length();
  }

  /** Deletes one file or empty folder; false when there was none. */
  public boolean delete(String path) {
    return attempt("delete the file", path, Backend::delete);
  }

  /** Deletes a folder with everything in it; nothing happens when it is missing. */
  public void deleteTree(String path) {
    attempt(
        "delete the folder",
        path,
        (b, p) -> {
          b.deleteTree(p);
          return true;
        });
  }

  /** Writes a small file with a new name into a folder; fails where the store does not allow it. */
  public Probe probe(String folder) {
    Probe probe = new Probe(child(folder, "_probe-" + UUID.randomUUID()));
    writeText(probe.path, "Can this folder be written, and is it shared?\n");
    return probe;
  }

  /** A file that {@link #probe} wrote; closing deletes it, or fails where that is not allowed. */
  public final class Probe implements AutoCloseable {
    private final String path;

    private Probe(String path) {
      this.path = path;
    }

    public String path() {
      return path;
    }

    @Override
    public void close() {
      delete(path);
    }
  }

  public boolean isLocal(String path) {
    return StorePath.isLocal(path);
  }

  public Path localPath(String path) {
    if (!isLocal(path)) {
      throw Failure.input(
          "Cannot use the path as a local one, it lies on another store: %s (expected file: or a plain path). Copy it to this machine first."
              .formatted(path));
    }
    return LocalBackend.path(path);
  }

  /** Whether {@code inner} is the folder {@code outer} or lies in it, links followed. */
  public static boolean contains(String outer, String inner) {
    return StorePlace.of(outer).contains(StorePlace.of(inner));
  }

  /** {@code dir/name} with exactly one slash between. */
  public static String child(String dir, String name) {
    return dir.endsWith("/") ? dir + name : dir + "/" + name;
  }

  /** The last part of a path. */
  static String name(String path) {
    String trimmed = path.replaceFirst("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  static Failure failed(String action, String path, IOException cause) {
    if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return missing(action, path);
    }
    if (action.equals(READ) && isFolder(cause)) {
      return Failure.input(
          "Cannot %s, it is a folder: %s (expected a file). Put the file there, or change the path."
              .formatted(action, path),
          cause);
    }
    return Failure.storage(
        "Cannot %s, the store answered %s: %s (expected it to work). Check path, permissions, free space and connection."
            .formatted(action, reason(cause), path),
        cause);
  }

  /** In the words of our own backend or of Linux. */
  private static boolean isFolder(IOException cause) {
    String said = String.valueOf(cause.getMessage());
    return said.equals(LocalBackend.IS_A_FOLDER) || said.endsWith("Is a directory");
  }

  private static Failure missing(String action, String path) {
    return Failure.input(
        "Cannot %s, it does not exist: %s (expected an existing path). Check the path."
            .formatted(action, path));
  }

  private static String reason(IOException cause) {
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return cause.getClass().getSimpleName() + " '" + message + "'";
  }

  private <T> T attempt(String action, String path, Attempt<T> attempt) {
    try {
      return StoreWatch.during(action, path, () -> attempt.on(backend(path), path));
    } catch (IOException e) {
      throw failed(action, path, e);
    } catch (IllegalArgumentException e) {
      throw Failure.input(
          "Cannot %s, its store takes no such name: %s (expected a name that it knows; HDFS has none with a colon). Rename it. The store says: %s"
              .formatted(action, path, e.getMessage()),
          e);
    }
  }

  private Backend backend(String path) {
    if (isLocal(path)) {
      return local;
    }
    synchronized (this) {
      if (hadoop == null) {
        hadoop = new HadoopBackend(settings);
      }
      return hadoop;
    }
  }

  private interface Attempt<T> {
    T on(Backend backend, String path) throws IOException;
  }
}
