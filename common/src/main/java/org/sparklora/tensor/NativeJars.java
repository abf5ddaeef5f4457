package org.sparklora.tensor;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.sparklora.Failure;

/**
 * The jars that carry libtorch and its bridge: on the class path, which {@code --jars} and images
 * fill, or in a folder of this host.
 */
final class NativeJars {
  /** The environment variable that names the folder. */
  static final String FOLDER = "SPARKLORA_NATIVES";

  private final String folder;

  /**
   * @param folder empty where they are on the class path
   */
  private NativeJars(String folder) {
    this.folder = folder;
  }

  /** Those of this process. */
  static NativeJars ofProcess() {
    String folder = System.getenv(FOLDER);
    return in(folder == null ? "" : folder);
  }

  static NativeJars in(String folder) {
    return new NativeJars(folder.replaceFirst("^(local|file):/*", "/"));
  }

  /** Runs what looks for them. */
  void during(Runnable load) {
    if (folder.isEmpty()) {
      load.run();
      return;
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader jars = new URLClassLoader(urls(), before)) {
      thread.setContextClassLoader(jars);
      load.run();
    } catch (IOException e) {
      throw unusable(e.toString());
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private URL[] urls() throws IOException {
    Path path = Path.of(folder);
    if (!Files.isDirectory(path)) {
      throw unusable("no such folder");
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw unusable("it has no jars");
      }
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = url(jars.get(i));
      }
      return urls;
    }
  }

  private static URL url(Path jar) throws MalformedURLException {
    return jar.toUri().toURL();
  }

  private Failure unusable(String why) {
    return Failure.cluster(
        "Cannot start the tensor engine, %s names no folder with the native jars on this host: %s, %s (expected pytorch-jni and pytorch-native-cpu, as make build leaves them in jobs/target/natives). Copy them there on every host, or unset it and give them with --jars."
            .formatted(FOLDER, folder, why));
  }
}
