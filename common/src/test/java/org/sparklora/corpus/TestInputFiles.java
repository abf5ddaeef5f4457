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

  @Test
  void whatIsNoFileIsRefusedWhereverItIsFound() throws Exception {
    Path pipe = folder.resolve("b/pipe.json");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Files.createSymbolicLink(folder.resolve("to-pipe.json"), pipe);
    for (String name : List.of("b/pipe.json", "b", "b/*", "to-*")) {
      String named =
          folder.resolve(name.equals("to-*") ? "to-pipe.json" : "b/pipe.json").toString();
      Failure failure = assertThrows(Failure.class, () -> find(name));
      assertEquals(ExitCode.INPUT, failure.exitCode());
      assertEquals(
          "Cannot read the input, it is a pipe, a socket or a device: %s (expected a file or a folder with files). Write what it gives into a file first, or take it out of the folder."
              .formatted(named),
          failure.getMessage());
    }
    assertEquals(List.of("a1.json", "a2.json"), find("a*.json"), "others beside it are read");
    Files.move(pipe, folder.resolve("b/.pipe.json"));
    assertEquals(List.of("b/c/y.json", "b/x.json"), find("b"), "hidden ones are left out");
  }

  @Test
  void globsAreWhatTheDocumentsSay() throws Exception {
    assertEquals(
        List.of("a1.json", "a2.json", "b/c/y.json", "b/x.json", "q[1].json"), find("**/*.json"));
    assertEquals(List.of("b/c/y.json", "b/x.json"), find("b/**"));
    assertEquals(List.of("b/c/y.json"), find("**/c/*"));
    assertEquals(find(""), find("**/*"));
    assertEquals(List.of("a1.json", "b/c/y.json", "b/x.json"), find("{b/{c/y,x}.json,a1.json}"));
    assertEquals(List.of("a1.json"), find("{a1.json,a[1].json,nothing}"));
    assertEquals(List.of("a2.json"), find("a[!1].json"));
    assertEquals(List.of("a2.json"), find("a[^1].json"));
    assertEquals(List.of("a1.json", "a2.json"), find("[[a-b]?.json"));
    assertEquals(List.of("b/c/y.json", "b/x.json"), find("[ab]/"));
    assertEquals(List.of("q[1].json"), find("q\\[*"));
    assertEquals(List.of("_hidden/h.json"), find("_hid*/*"));
  }

  @Test
  void aFolderThatIsThereIsNoPattern() throws Exception {
    Files.createDirectories(folder.resolve("v[1] {a,b}"));
    Files.writeString(folder.resolve("v[1] {a,b}/k.json"), "x");
    Files.createDirectories(folder.resolve("v1 a"));
    Files.writeString(folder.resolve("v1 a/no.json"), "x");
    assertEquals(List.of("v[1] {a,b}/k.json"), find("v[1] {a,b}/*.json"));
    assertEquals(List.of("v[1] {a,b}/k.json"), find("v[1] {a,b}"));
  }

  @Test
  void aPatternThatIsNotUnderstoodIsRefused() {
    refused("{a", "{ is not closed");
    refused("a}*", "} has no {");
    refused("[ab", "[ is not closed");
    refused("[z-a]", "a class is no range of characters");
    refused("*\\", "nothing follows \\");
    refused("{0,1}".repeat(11), "braces make more than 1000 alternatives");
  }

  @Test
  void aFolderWithoutFilesIsNoMissingFile() throws Exception {
    Files.createDirectories(folder.resolve("e/f"));
    assertEquals(
        "Cannot read the input, the folder holds no files: %s/e (expected JSON or Parquet files). Check the path."
            .formatted(folder),
        message("e"));
    Files.writeString(folder.resolve("e/f/_SUCCESS"), "");
    assertEquals(
        "Cannot read the input, the folder holds no files but hidden ones such as %s/e/f/_SUCCESS: %s/e (expected JSON or Parquet files). Check the path."
            .formatted(folder, folder),
        message("e"));
  }

  @Test
  void foldersOfTableFormatsAreRefusedByName() throws Exception {
    for (String mark :
        List.of("_delta_log/0.json", ".hoodie/h.properties", "metadata/v1.metadata.json")) {
      Path table = folder.resolve("t" + mark.substring(0, 4));
      Files.createDirectories(table.resolve("day=1"));
      Files.createDirectories(table.resolve(mark).getParent());
      Files.writeString(table.resolve(mark), "x");
      Files.writeString(table.resolve("day=1/1.parquet"), "x");
      String format =
          mark.startsWith("_d") ? "Delta Lake" : mark.startsWith(".h") ? "Hudi" : "Iceberg";
      for (String path : List.of("", "/day=1", "/day=*", "/*")) {
        assertEquals(
            "Cannot read the input, the folder is a table of %s, whose log says which files count: %s (expected plain files). Export its present version as Parquet first, or name single files."
                .formatted(format, path.equals("/day=1") ? table + path : table.toString()),
            message(table.getFileName() + path));
      }
      assertEquals(1, find(table.getFileName() + "/day=1/1.parquet").size());
    }
    assertEquals(
        "Cannot read the input, the folder is a table of Hudi, whose log says which files count: %s/t.hoo (expected plain files). Export its present version as Parquet first, or name single files."
            .formatted(folder),
        message(""));
  }

  @Test
  void linksAreFollowedUnlessTheyLeadNowhereOrBack() throws Exception {
    Path links = Files.createDirectories(folder.resolve("links/in"));
    Files.createSymbolicLink(links.resolve("good.json"), folder.resolve("a1.json"));
    Files.createSymbolicLink(links.resolve("folder"), folder.resolve("b"));
    Files.createSymbolicLink(links.resolve(".#lock"), Path.of("nobody"));
    assertEquals(
        List.of("links/in/folder/c/y.json", "links/in/folder/x.json", "links/in/good.json"),
        find("links"));
    Path back = Files.createSymbolicLink(links.resolve("z"), Path.of(".."));
    assertEquals(
        "Cannot read the input, a link leads back to a folder around it: %s to .. (expected folders without circles). Remove the link."
            .formatted(back),
        message("links"));
    Files.delete(back);
    Path lost = Files.createSymbolicLink(links.resolve("z"), Path.of("../gone"));
    assertEquals(
        "Cannot read the input, a link leads nowhere: %s to ../gone (expected a file). Restore the file or remove the link."
            .formatted(lost),
        message("links"));
  }

  private String message(String path) {
    Failure failure = assertThrows(Failure.class, () -> find(path));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    return failure.getMessage();
  }

  private void refused(String pattern, String why) {
    Failure failure = assertThrows(Failure.class, () -> find(pattern));
    assertEquals(ExitCode.USAGE, failure.exitCode());
    assertEquals(
        "Cannot read --input_file, the pattern is not understood, %s: %s (expected * ? [a-z] [!a] {a,b} or **). Correct it, or write \\ before a character that means itself."
            .formatted(why, pattern),
        failure.getMessage());
  }

  private List<String> find(String path) {
    String root = folder.toString();
    return InputFiles.find(Store.local(), path.isEmpty() ? root : root + "/" + path).stream()
        .map(f -> f.path().substring(root.length() + 1))
        .toList();
  }
}
