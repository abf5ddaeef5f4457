package org.sparklora.jobs.fuzz;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sparklora.Sha256;

/** A user's folder: what lies in it is hers, but for what jobs write into their output. */
final class Room {
  private final Path folder;
  private Map<Path, String> hers = Map.of();

  Room(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** All that lies here now is the user's. */
  void settle() throws IOException {
    hers = contents();
  }

  /** The user puts a file down. */
  void add(Path file, String content) throws IOException {
    Files.writeString(file, content);
    Map<Path, String> more = new TreeMap<>(hers);
    more.put(file, state(file));
    hers = more;
  }

  /** What a job did that it must not: changed or deleted files of hers, new ones elsewhere. */
  List<String> harm(List<Path> outputs) throws IOException {
    Map<Path, String> now = contents();
    List<String> harm = new ArrayList<>();
    hers.forEach(
        (path, state) -> {
          if (!state.equals(now.get(path))) {
            harm.add((now.containsKey(path) ? "changed " : "deleted ") + path);
          }
        });
    for (Path path : now.keySet()) {
      if (!hers.containsKey(path)
          && outputs.stream().noneMatch(o -> path.startsWith(o) || o.startsWith(path))) {
        harm.add("made " + path);
      }
    }
    return harm;
  }

  private Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            contents.put(file, state(file));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult preVisitDirectory(Path at, BasicFileAttributes found) {
            contents.put(at, "folder");
            return FileVisitResult.CONTINUE;
          }
        });
    return contents;
  }

  private static String state(Path file) throws IOException {
    if (Files.isSymbolicLink(file)) {
      return "link to " + Files.readSymbolicLink(file);
    }
    return Files.size(file)
        + " bytes, "
        + Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
        + ", "
        + Sha256.of(Files.readAllBytes(file)).hex();
  }

  void delete() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, IOException failure)
              throws IOException {
            Files.delete(at);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
