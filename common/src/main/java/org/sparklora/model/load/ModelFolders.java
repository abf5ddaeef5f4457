package org.sparklora.model.load;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.sparklora.Failure;
import org.sparklora.HostName;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/** Model folders as local ones: tokenizers want local files. Fetched once per process. */
public final class ModelFolders {
  private static final Pattern WEIGHTS =
      Pattern.compile(".*\\.(bin|safetensors|pt|pth|h5|msgpack|onnx|gguf)");
  private static final Map<String, Path> FETCHED = new ConcurrentHashMap<>();

  private ModelFolders() {}

  /** The folder itself when it is local, else a copy of everything but the weights. */
  public static Path local(Store store, String folder) {
    if (!store.isLocal(folder)) {
      return FETCHED.computeIfAbsent(folder, f -> fetch(store, f));
    }
    Path path = store.localPath(folder);
    if (!Files.isDirectory(path)) {
      throw Failure.input(
          "Cannot open the model, the folder is not on this host: %s on %s (expected the same folder on every host). Copy it there or put it on a shared store."
              .formatted(folder, HostName.current()));
    }
    return path;
  }

  private static Path fetch(Store store, String folder) {
    try {
      Path copy = Files.createTempDirectory("sparklora-model-");
      copy.toFile().deleteOnExit();
      for (StoredFile file : store.list(folder)) {
        if (!file.isDirectory() && !WEIGHTS.matcher(file.name()).matches()) {
          Path target = copy.resolve(file.name());
          try (InputStream in = store.read(file.path())) {
            Files.copy(in, target);
          }
          target.toFile().deleteOnExit();
        }
      }
      return copy;
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot fetch the model's files, the copy failed: %s (%s). Check the store and this host's free space."
              .formatted(folder, e.getMessage()),
          e);
    }
  }
}
