package org.sparklora.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.storage.SeekableInput;
import org.sparklora.storage.Store;

class TestSplitLines {
  private static final String TEXT = "one\n\ntwo\r\n三三\nlast";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {TEXT, "one\r\rtwo\r三三\rlast\r", "one\r\n\rtwo\r\n三三\r\nlast\r\n"})
  void everyLineIsReadOnceWhereverTheBordersAre(String text) throws Exception {
    String file = file(text);
    List<String> whole = List.of("one", "", "two", "三三", "last");
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    for (int border = 0; border <= bytes; border++) {
      List<String> lines = new ArrayList<>(lines(file, 0, border));
      lines.addAll(lines(file, border, Long.MAX_VALUE));
      assertEquals(whole, lines, "border " + border);
    }
  }

  @Test
  void aLineLongerThanTheBufferIsOneLine() throws Exception {
    String line = "x".repeat(700_000);
    assertEquals(List.of("a", line, "b"), lines(file("a\n" + line + "\nb\n"), 0, Long.MAX_VALUE));
  }

  @Test
  void aLineBeyondTheLimitIsCutAndTheNextOneWhole() throws Exception {
    try (SeekableInput input = Store.local().open(file("123456789\nnext"))) {
      SplitLines lines =
          new SplitLines(input, new CorpusSplit("f", TextForm.PLAIN_LINES, 0, 100), 4);
      assertEquals(5, lines.next().length);
      assertEquals(4, lines.next().length);
      assertThrows(NoSuchElementException.class, lines::next);
    }
  }

  private String file(String text) throws Exception {
    return Files.writeString(folder.resolve("lines"), text).toString();
  }

  private static List<String> lines(String file, long start, long end) {
    List<String> found = new ArrayList<>();
    try (SeekableInput input = Store.local().open(file)) {
      SplitLines lines =
          new SplitLines(
              input, new CorpusSplit(file, TextForm.PLAIN_LINES, start, end), bytes -> {});
      lines.forEachRemaining(l -> found.add(new String(l, StandardCharsets.UTF_8)));
    }
    return found;
  }
}
