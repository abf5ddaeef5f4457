package org.sparklora;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds what the documents name against the tree: types, tests, packages, files. */
class TestDocs {
  private static final Path ROOT = Path.of("..");
  private static final Path ARCHITECTURE = ROOT.resolve("docs/architecture.md");

  private static final Pattern QUOTED = Pattern.compile("`([^`\n]+)`");
  private static final Pattern TYPE = Pattern.compile("[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+");
  private static final Pattern TEST_METHOD = Pattern.compile("[a-z]+(?:[A-Z][a-z0-9]*){3,}");
  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|interface|enum|record) ([A-Z]\\w*)");
  private static final Pattern METHOD = Pattern.compile("\\bvoid ([a-z]\\w*)\\(");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Pattern OUR_NAME =
      Pattern.compile("org\\.sparklora(?:\\.[a-z]+)*(?:\\.[A-Z]\\w*)?");
  private static final Pattern DRAWN = Pattern.compile("class=\"name\">([a-z.]+)<");
  private static final Pattern PACKAGE_ROW =
      Pattern.compile("(?m)^\\| `([a-z.]+)` \\|.*\\| ([^|]*) \\|$");

  @Test
  void everyTypeThatIsNamedExists() {
    assertEquals(Set.of(), missing(TYPE, DECLARED));
  }

  @Test
  void everyTestThatIsCitedExists() {
    assertEquals(Set.of(), missing(TEST_METHOD, METHOD));
  }

  @Test
  void packagesAndTypesWithTheirPackageExist() {
    Set<String> missing = new TreeSet<>();
    for (Path document : documents()) {
      for (String name : found(OUR_NAME, text(document)).toList()) {
        String place = "src/main/java/" + name.replace('.', '/');
        boolean there =
            Stream.of("common", "jobs")
                .map(module -> ROOT.resolve(module).resolve(place))
                .anyMatch(p -> Files.isDirectory(p) || Files.exists(Path.of(p + ".java")));
        if (!there) {
          missing.add(ROOT.relativize(document) + ": " + name);
        }
      }
    }
    assertEquals(Set.of(), missing);
  }

  @Test
  void linksLeadToFiles() {
    Set<String> broken = new TreeSet<>();
    for (Path document : documents()) {
      Matcher links = LINK.matcher(text(document));
      while (links.find()) {
        if (!Files.exists(document.resolveSibling(links.group(1)))) {
          broken.add(document + ": " + links.group(1));
        }
      }
    }
    assertEquals(Set.of(), broken);
  }

  @Test
  void theTableOfPackagesIsTheOneThatTheArchitectureTestHolds() {
    Map<String, Set<String>> written = new TreeMap<>();
    Matcher rows = PACKAGE_ROW.matcher(text(ARCHITECTURE));
    while (rows.find()) {
      Set<String> imports = new TreeSet<>(quoted(rows.group(2)));
      written.put(rows.group(1), imports);
    }
    Map<String, Set<String>> held = new TreeMap<>(TestArchitecture.MAY_IMPORT);
    held.remove("");
    held.replaceAll((layer, imports) -> new TreeSet<>(imports));
    assertEquals(held, written);
  }

  @Test
  void theDrawingOfLayersShowsEveryPackage() {
    Set<String> shown =
        found(DRAWN, text(ROOT.resolve("docs/layers.svg"))).collect(Collectors.toSet());
    shown.removeIf(name -> TestArchitecture.MAY_IMPORT.containsKey(name) && name.contains("."));
    Set<String> there = new TreeSet<>(Set.of("jobs"));
    folders("common/src/main/java/org/sparklora").forEach(there::add);
    folders("jobs/src/main/java/org/sparklora/jobs").forEach(house -> there.add("jobs." + house));
    assertEquals(there, new TreeSet<>(shown));
  }

  /**
   * What stands between backticks in some document, looks like {@code name}, and is not in our
   * sources. Types of libraries are written with their package.
   */
  private static Set<String> missing(Pattern name, Pattern declared) {
    Set<String> there = sources().flatMap(s -> found(declared, s)).collect(Collectors.toSet());
    Set<String> missing = new TreeSet<>();
    for (Path document : documents()) {
      quoted(text(document)).stream()
          .filter(word -> name.matcher(word).matches())
          .filter(word -> !there.contains(word))
          .forEach(word -> missing.add(ROOT.relativize(document) + ": " + word));
    }
    return missing;
  }

  private static List<String> quoted(String text) {
    return found(QUOTED, text).toList();
  }

  private static Stream<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(m -> m.group(m.groupCount()));
  }

  /** All but the log, which tells of what is gone. */
  private static List<Path> documents() {
    List<Path> documents = new ArrayList<>();
    documents.add(ROOT.resolve("README.md"));
    documents.add(ROOT.resolve("CONTRIBUTING.md"));
    documents.addAll(files(ROOT.resolve("docs"), ".md"));
    documents.remove(ROOT.resolve("docs/log.md"));
    return documents;
  }

  private static Stream<String> sources() {
    return Stream.of("common/src", "jobs/src")
        .flatMap(folder -> files(ROOT.resolve(folder), ".java").stream())
        .map(TestDocs::text);
  }

  private static List<Path> files(Path folder, String suffix) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> folders(String place) {
    try (Stream<Path> inside = Files.list(ROOT.resolve(place))) {
      return inside.filter(Files::isDirectory).map(f -> f.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
