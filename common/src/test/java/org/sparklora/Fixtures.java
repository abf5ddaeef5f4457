package org.sparklora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The reference fixtures on the class path, as files; see fixtures/README.md for what they are. */
public final class Fixtures {
  /** No fixture could be made of it: {@code TestNormalisedHead} holds it to its formula. */
  private static final ModelFamily WITHOUT = ModelFamily.BAICHUAN2;

  /** LLaMA in the words of transformers 5. */
  private static final String SECOND_LLAMA = "llama32";

  /** The fixtures: the words of all families, and another of llama. */
  public static final List<String> FAMILIES =
      Stream.concat(
              Stream.of(ModelFamily.values()).filter(f -> f != WITHOUT).map(ModelFamily::word),
              Stream.of(SECOND_LLAMA))
          .toList();

  private static final ObjectMapper JSON = new ObjectMapper();

  private Fixtures() {}

  /** The family of a fixture. */
  public static ModelFamily family(String fixture) {
    return fixture.equals(SECOND_LLAMA)
        ? ModelFamily.LLAMA
        : ModelFamily.ofWord(fixture).orElseThrow();
  }

  /** A file or folder of a family, for example {@code path("llama", "model")}. */
  public static Path path(String family, String name) {
    return root().resolve(family).resolve(name);
  }

  /** The lines of a JSON-lines file of a family. */
  public static List<JsonNode> lines(String family, String name) {
    List<JsonNode> rows = new ArrayList<>();
    try (Stream<String> lines = Files.lines(path(family, name))) {
      for (String line : (Iterable<String>) lines::iterator) {
        rows.add(JSON.readTree(line));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** A JSON array of numbers. */
  public static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static Path root() {
    return Root.FOLDER;
  }

  /** Where the fixtures lie: in the build folder, or copied out of the test jar once. */
  private static final class Root {
    static final Path FOLDER = find();

    private static Path find() {
      URL url = Fixtures.class.getResource("/fixtures/README.md");
      if (url == null) {
        throw new IllegalStateException("no fixtures on the class path");
      }
      try {
        return url.getProtocol().equals("file")
            ? Path.of(url.toURI()).getParent()
            : copied(url.toURI());
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Path copied(URI insideJar) throws IOException {
      Path target = Files.createTempDirectory("fixtures");
      try (FileSystem jar = FileSystems.newFileSystem(insideJar, Map.of());
          Stream<Path> files = Files.walk(jar.getPath("/fixtures"))) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Path copy = target.resolve(file.toString().substring(1));
          if (Files.isDirectory(file)) {
            Files.createDirectories(copy);
          } else {
            Files.copy(file, copy);
          }
        }
      }
      return target.resolve("fixtures");
    }
  }
}
