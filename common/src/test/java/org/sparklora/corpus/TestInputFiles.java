package org.sparklora.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.ExitCode;
import org.sparklora.Failure;
import org.sparklora.storage.Store;

class TestInputFiles {
  @TempDir Path folder;

  @BeforeEach
  void makeFiles() throws Exception {
    Files.createDirectories(folder.resolve("b/c"));
    Files.createDirectories(folder.resolve("_hidden"));
    for (String name :
        List.of(
            "a1.json",
            "a2.json",
            "z.txt",
            "b/x.json",
            "b/c/y.json",
            "_hidden/h.json",
            ".s",
            "q[1].json")) {
      Files.writeString(folder.resolve(name), "x");
    }
  }

  @Test
  void oneFileAFolderAndGlobs() {
    assertEquals(List.of("a1.json"), find("a1.json"));
    assertEquals(
        List.of("a1.json", "a2.json", "b/c/y.json", "b/x.json", "q[1].json", "z.txt"), find(""));
    assertEquals(List.of("a1.json", "a2.json"), find("a*.json"));
    assertEquals(List.of("a2.json", "z.txt"), find("{a2,z}.*"));
    assertEquals(List.of("b/c/y.json", "b/x.json"), find("b"));
    assertEquals(List.of("b/x.json"), find("?/*.json"));
    assertEquals(List.of("q[1].json"), find("q[1].json"));
  }

  @Test
  void aWrongNameIsAnsweredWithTheNamesThatAreThere() {
    Failure failure = assertThrows(Failure.class, () -> find("b/xx.json"));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(
        "Cannot read the input, there is no such file: %s/b/xx.json (expected a file, a folder with files or a glob). Check the name; its folder holds c, x.json."
            .formatted(folder),
        failure.getMessage());
    Failure nowhere = assertThrows(Failure.class, () -> find("no/x"));
    assertEquals(
        "Cannot read the input, there is no such file: %s/no/x (expected a file, a folder with files or a glob). Check the path; its folder is missing or empty."
            .formatted(folder),
        nowhere.getMessage());
  }

  private List<String> find(String path) {
    String root = folder.toString();
    return InputFiles.find(Store.local(), path.isEmpty() ? root : root + "/" + path).stream()
        .map(f -> f.path().substring(root.length() + 1))
        .toList();
  }
}
