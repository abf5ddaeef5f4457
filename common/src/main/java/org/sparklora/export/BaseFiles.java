package org.sparklora.export;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.sparklora.storage.Store;
import org.sparklora.storage.StoredFile;

/**
 * What a model's folder holds beside its weights: settings, tokenizer, templates, code, licences.
 * They are copied as they are.
 */
final class BaseFiles {
  private static final String CONFIG = "config.json";
  private static final String TEMPLATES = "additional_chat_templates";
  private static final Pattern WEIGHTS =
      Pattern.compile(
          ".*\\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|onnx|gguf|ot|npz)|.*\\.index\\.json");
  private static final Pattern OURS_OR_HIDDEN = Pattern.compile("[._].*|sparklora\\.json");

  private BaseFiles() {}

  /**
   * Paths by name; {@code config.json} last, because a folder without it is no model for any
   * reader.
   */
  static Map<String, String> of(Store store, String folder) {
    List<StoredFile> files = new ArrayList<>(store.list(folder));
    files.sort(Comparator.comparing(file -> file.name().equals(CONFIG)));
    Map<String, String> paths = new LinkedHashMap<>();
    for (StoredFile file : store.list(Store.child(folder, TEMPLATES))) {
      if (file.name().endsWith(".jinja")) {
        paths.put(TEMPLATES + "/" + file.name(), file.path());
      }
    }
    for (StoredFile file : files) {
      if (!file.isDirectory() && isCopied(file.name())) {
        paths.put(file.name(), file.path());
      }
    }
    return paths;
  }

  private static boolean isCopied(String name) {
    return !WEIGHTS.matcher(name).matches() && !OURS_OR_HIDDEN.matcher(name).matches();
  }
}
