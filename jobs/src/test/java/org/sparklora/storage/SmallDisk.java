package org.sparklora.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of a few MiB in memory, which can be filled up; needs the right to mount. */
public final class SmallDisk implements AutoCloseable {
  private static final int MEBIBYTES = 16;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** Skips the calling test, with a reason, where mounting is refused. */
  public static SmallDisk mount() {
    try {
      Path folder = Files.createTempDirectory("small-disk");
      String said =
          run("mount", "-t", "tmpfs", "-o", "size=" + MEBIBYTES + "m", "tmpfs", folder.toString());
      if (!said.isEmpty()) {
        Files.delete(folder);
        System.out.println("Skipped: no small disk can be mounted here: " + said);
        assumeTrue(false, said);
      }
      return new SmallDisk(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path folder() {
    return folder;
  }

  /** Leaves no byte free. */
  public void fill() {
    fillAllBut(0);
  }

  public void fillAllBut(int kibibytes) {
    try (OutputStream out = Files.newOutputStream(filler())) {
      byte[] page = new byte[4096];
      long wanted = kibibytes == 0 ? Long.MAX_VALUE : freeBytes() - ((long) kibibytes << 10);
      for (long written = 0; written < wanted; written += page.length) {
        out.write(page);
      }
    } catch (IOException full) {
      // What this method is for.
    }
  }

  private long freeBytes() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  public void empty() {
    try {
      Files.delete(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      run("umount", "-l", folder.toString());
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path filler() {
    return folder.resolve("filler");
  }

  /** What the command said when it failed, else nothing. */
  private static String run(String... command) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? "" : command[0] + ": " + said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
