package org.sparklora;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A family's fixture with a chat template of {@code fixtures/chat/templates} beside it. */
public final class TemplatedModel {
  private TemplatedModel() {}

  /** Its folder in {@code folder}; the same one each time. */
  public static Path in(Path folder, String family, String template) {
    Path model = folder.resolve(family + "-" + template);
    if (Files.exists(model)) {
      return model;
    }
    try (Stream<Path> files = Files.list(Fixtures.path(family, "model"))) {
      Files.createDirectories(model);
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
      Files.copy(
          Fixtures.path("chat", "templates/" + template + ".jinja"),
          model.resolve("chat_template.jinja"));
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
