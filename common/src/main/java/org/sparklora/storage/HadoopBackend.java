package org.sparklora.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.ipc.RemoteException;

/** HDFS, S3 and whatever else Hadoop opens: one file system per scheme and authority, kept open. */
final class HadoopBackend implements Backend {
  private final Configuration configuration;
  private final Map<String, FileSystem> open = new HashMap<>();

  HadoopBackend(StorageSettings settings) {
    configuration = new Configuration();
    // Saving after SIGTERM must still work while the JVM runs its shutdown hooks.
    configuration.setBoolean("fs.automatic.close", false);
    settings.hadoop().forEach(configuration::set);
  }

  @Override
  public InputStream read(String path) throws IOException {
    return system(path).open(new Path(path));
  }

  @Override
  public SeekableInput open(String path) throws IOException {
    long length = system(path).getFileStatus(new Path(path)).getLen();
    return new HadoopInput(path, system(path).open(new Path(path)), length);
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return system(path).create(new Path(path), true);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    writeWhole(system(path).create(new Path(path), true), content);
  }

  @Override
  public boolean createNew(String path, byte[] content) throws IOException {
    try {
      writeWhole(system(path).create(new Path(path), false), content);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (heldByAnotherWriter(e)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public Optional<StoredFile> status(String path) throws IOException {
    try {
      FileStatus found = system(path).getFileStatus(new Path(path));
      return Optional.of(stored(path, Store.name(path), found));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    List<StoredFile> children = new ArrayList<>();
    try {
      for (FileStatus found : system(folder).listStatus(new Path(folder))) {
        String name = found.getPath().getName();
        children.add(stored(Store.child(folder, name), name, found));
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    boolean isFile =
        children.size() == 1 && status(folder).filter(f -> !f.isDirectory()).isPresent();
    return isFile ? List.of() : children;
  }

  @Override
  public boolean delete(String path) throws IOException {
    return system(path).delete(new Path(path), false);
  }

  @Override
  public void deleteTree(String path) throws IOException {
    boolean deleted = system(path).delete(new Path(path), true);
    if (!deleted && status(path).isPresent()) {
      throw new IOException("the store did not delete it");
    }
  }

  private static void writeWhole(FSDataOutputStream out, byte[] content) throws IOException {
    try {
      out.write(content);
    } catch (IOException e) {
      abandon(out, e);
      throw e;
    }
    out.close();
  }

  /** Closing after a failure would make S3 replace the whole by a part. */
  private static void abandon(FSDataOutputStream out, IOException failure) {
    try {
      if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
        out.abort();
      }
      out.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private FileSystem system(String path) throws IOException {
    try {
      URI uri = new Path(path).toUri();
      return open(uri.getScheme() + "://" + uri.getAuthority(), uri);
    } catch (RuntimeException e) {
      // Unknown hosts, bad bucket names and missing jars surface as runtime exceptions of all
      // kinds.
      throw new IOException("no file system for it: " + e.getMessage(), e);
    }
  }

  private synchronized FileSystem open(String key, URI uri) throws IOException {
    FileSystem known = open.get(key);
    if (known == null) {
      // Not FileSystem.get: its cache ignores the settings.
      known = FileSystem.newInstance(uri, configuration);
      open.put(key, known);
    }
    return known;
  }

  /** HDFS: another client, or another thread of this one, is creating the same file. */
  private static boolean heldByAnotherWriter(IOException failure) {
    String type =
        failure instanceof RemoteException remote
            ? remote.getClassName()
            : failure.getClass().getName();
    return type.endsWith(".AlreadyBeingCreatedException");
  }

  private static StoredFile stored(String path, String name, FileStatus found) {
    return new StoredFile(
        path, name, found.getLen(), found.isDirectory(), found.getModificationTime());
  }

  private record HadoopInput(String path, FSDataInputStream stream, long length)
      implements SeekableInput {
    private static final int SLICE = 1 << 20;

    @Override
    public int read(long position, ByteBuffer target) {
      try {
        return StoreWatch.during(
            "read the file",
            path,
            () ->
                target.hasArray() ? readInto(position, target) : readThroughCopy(position, target));
      } catch (IOException e) {
        throw Store.failed("read the file", path, e);
      }
    }

    private int readInto(long position, ByteBuffer target) throws IOException {
      int from = target.arrayOffset() + target.position();
      int count = stream.read(position, target.array(), from, target.remaining());
      if (count > 0) {
        target.position(target.position() + count);
      }
      return count;
    }

    private int readThroughCopy(long position, ByteBuffer target) throws IOException {
      byte[] slice = new byte[Math.min(SLICE, target.remaining())];
      int count = stream.read(position, slice, 0, slice.length);
      if (count > 0) {
        target.put(slice, 0, count);
      }
      return count;
    }

    @Override
    public void close() {
      try {
        stream.close();
      } catch (IOException e) {
        throw Store.failed("close the file", path, e);
      }
    }
  }
}
