package org.sparklora.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What a kernel takes, beside itself, and returns, in the words of its TorchScript text. */
record KernelSignature(String name, List<String> arguments, String result) {
  private static final Pattern DEFINITION =
      Pattern.compile("def (\\w+)\\(self: __torch__\\.Ops,?(.*?)\\) -> (.*?):\n", Pattern.DOTALL);

  /** Both texts: the kernels, and what asks for devices. */
  static String text() {
    return text("kernels.py") + text("devices.py");
  }

  static String text(String name) {
    try (InputStream in = Kernels.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All kernels of a text, by name. */
  static Map<String, KernelSignature> in(String text) {
    Map<String, KernelSignature> kernels = new HashMap<>();
    DEFINITION
        .matcher(text)
        .results()
        .map(KernelSignature::of)
        .forEach(k -> kernels.put(k.name, k));
    return kernels;
  }

  private static KernelSignature of(MatchResult definition) {
    return new KernelSignature(
        definition.group(1), types(definition.group(2)), definition.group(3));
  }

  /** The types of {@code name: type, name: type}; commas within brackets belong to a type. */
  private static List<String> types(String arguments) {
    if (arguments.isEmpty()) {
      return List.of();
    }
    List<String> types = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i <= arguments.length(); i++) {
      char c = i < arguments.length() ? arguments.charAt(i) : ',';
      depth += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (c == ',' && depth == 0) {
        types.add(arguments.substring(start, i).replaceFirst("^\\s*\\w+: ", ""));
        start = i + 1;
      }
    }
    return types;
  }
}
