package org.sparklora.storage;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The machine's own files through NIO: no checksum side files, positional reads, real errors. */
final class LocalBackend implements Backend {
  static final String IS_A_FOLDER = "it is a folder";
  private static final String NO_FOLDER = "Not a directory";

  private static final int BUFFER = 1 << 16;

  /** {@code file:/a}, {@code file:///a} or a plain path. */
  static Path path(String path) {
    if (!StorePath.hasScheme(path)) {
      return Path.of(path);
    }
    return Path.of(path.substring("file:".length()).replaceFirst("^/+", "/"));
  }

  @Override
  public InputStream read(String path) throws IOException {
    Path file = path(path);
    if (Files.isDirectory(file)) {
      throw new IOException(IS_A_FOLDER);
    }
    return Files.newInputStream(file);
  }

  @Override
  public SeekableInput open(String path) throws IOException {
    return new LocalInput(path, path(path));
  }

  @Override
  public OutputStream create(String path) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(withParent(path)), BUFFER);
  }

  @Override
  public void write(String path, byte[] content) throws IOException {
    try {
      Files.write(withParent(path), content);
    } catch (NoSuchFileException e) {
      Files.write(withParent(path), content); // another process deleted the empty parent meanwhile
    }
  }

  @Override
  public boolean createNew(String path, byte[] content) throws IOException {
    try (OutputStream out =
        Files.newOutputStream(
            withParent(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(content);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Override
  public Optional<StoredFile> status(String path) throws IOException {
    try {
      return Optional.of(stored(path, path(path)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if (NO_FOLDER.equals(e.getReason())) {
        return Optional.empty(); // nothing lies in a file
      }
      throw e;
    }
  }

  @Override
  public List<StoredFile> list(String folder) throws IOException {
    Path directory = path(folder);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    List<StoredFile> children = new ArrayList<>();
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        String name = entry.getFileName().toString();
        status(Store.child(folder, name)).ifPresent(children::add);
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return children;
  }

  @Override
  public boolean delete(String path) throws IOException {
    return Files.deleteIfExists(path(path));
  }

  @Override
  public void deleteTree(String path) throws IOException {
    Path root = path(path);
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(root, new DeletingVisitor());
  }

  private static Path withParent(String path) throws IOException {
    Path file = path(path);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    return file;
  }

  private static StoredFile stored(String path, Path file) throws IOException {
    BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
    return new StoredFile(
        path,
        Store.name(path),
        found.isDirectory() ? 0 : found.size(),
        found.isDirectory(),
        found.lastModifiedTime().toMillis());
  }

  private static final class DeletingVisitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
