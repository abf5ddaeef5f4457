package org.sparklora.prompt;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Special tokens of the fixtures, which have no template. */
final class ModelTemplatesOfFixtures {
  private ModelTemplatesOfFixtures() {}

  static Set<String> special(String family) {
    try {
      Path folder = Files.createTempDirectory("templates");
      for (String file : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
        Path source = PromptGoldens.model(family).resolve(file);
        if (Files.exists(source)) {
          Files.copy(source, folder.resolve(file));
        }
      }
      Files.writeString(folder.resolve("chat_template.jinja"), "x");
      return ModelTemplates.find(folder).orElseThrow().allSpecial();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
