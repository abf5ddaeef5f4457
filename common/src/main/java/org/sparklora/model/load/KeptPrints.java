package org.sparklora.model.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.sparklora.Log;
import org.sparklora.Sha256;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;
import org.sparklora.weights.TensorInfo;

/**
 * Hashes of weights that were computed once, in a folder of this user's: found again by the files'
 * paths, sizes and times, computed by one process at a time. Without the folder they are computed
 * each time.
 */
final class KeptPrints {
  private static final Log LOG = Log.of(KeptPrints.class);
  private static final Object ONE_PER_PROCESS = new Object();
  private static final Pattern KEPT = Pattern.compile("tensors:[0-9a-f]{64}");

  /** Less is hashed sooner than it is looked up. */
  private static final long LEAST_BYTES = 64L << 20;

  /** A file that changed so lately may change again within its time stamp. */
  private static final long SETTLED_MILLIS = 2000;

  private final Path folder;

  private KeptPrints(Path folder) {
    this.folder = folder;
  }

  /** Those in {@code $XDG_CACHE_HOME/sparklora}, or {@code ~/.cache/sparklora}. */
  static KeptPrints ofUser() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path home =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return in(home.resolve("sparklora"));
  }

  static KeptPrints in(Path folder) {
    return new KeptPrints(folder.resolve("fingerprints"));
  }

  static boolean isWorthIt(long bytes) {
    return bytes >= LEAST_BYTES;
  }

  /** The hash of a base's weights, as kept or else computed. */
  String of(BaseWeights base, Supplier<String> computed) {
    State state = state(base);
    if (!isWorthIt(state.bytes) || state.changed > System.currentTimeMillis() - SETTLED_MILLIS) {
      return computed.get();
    }
    synchronized (ONE_PER_PROCESS) {
      try {
        return locked(folder.resolve(state.key), computed);
      } catch (IOException e) {
        LOG.info("Hashes of weights are not kept: {} ({})", folder, e.toString());
        return computed.get();
      }
    }
  }

  private static String locked(Path file, Supplier<String> computed) throws IOException {
    Files.createDirectories(file.getParent());
    try (FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      String kept = Files.readString(file);
      if (KEPT.matcher(kept).matches()) {
        return kept;
      }
      String print = computed.get();
      channel.truncate(0).write(ByteBuffer.wrap(print.getBytes(StandardCharsets.UTF_8)), 0);
      return print;
    }
  }

  /** What tells files apart without reading them: a key, their size, the latest change. */
  private record State(String key, long bytes, long changed) {}

  private static State state(BaseWeights base) {
    Sha256 sha256 = new Sha256();
    for (TensorInfo info : new TreeMap<>(base.files().tensors()).values()) {
      sha256.add(info + "\n");
    }
    base.needed().forEach(info -> sha256.add(info.name() + "\n"));
    long bytes = 0;
    long changed = 0;
    for (String shard : base.files().shards()) {
      StoredFile file = base.store().status(shard).orElseThrow();
      String stamp = stamp(base.store(), file);
      sha256.add(stamp + "\n");
      bytes += file.length();
      changed = Math.max(changed, file.modifiedMillis());
    }
    return new State(sha256.hex(), bytes, changed);
  }

  /** On this machine also what a copy that keeps times cannot keep: inode and time of change. */
  private static String stamp(Store store, StoredFile file) {
    String stamp = file.path() + " " + file.length() + " " + file.modifiedMillis();
    if (!store.isLocal(file.path())) {
      return stamp;
    }
    try {
      Path path = store.localPath(file.path()).toRealPath();
      return stamp + " " + path + " " + new TreeMap<>(Files.readAttributes(path, "unix:ino,ctime"));
    } catch (IOException | UnsupportedOperationException e) {
      return stamp;
    }
  }
}
