package org.sparklora.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestScreen {
  private static final String CLEAR = "\r\u001b[K";
  private static final Optional<IntSupplier> WIDE = Optional.of(() -> 101);
  private static final Duration LONG = Duration.ofDays(1);
  private static final long LONG_AGO = System.nanoTime() - 2 * LONG.toNanos();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  @AfterEach
  void showOnTheTestsOutput() {
    Screen.use(System.out, false);
  }

  @Test
  void aTerminalsLineIsDrawnAgainAndMakesRoomForOthers() {
    Screen screen = Screen.on(out, WIDE, Duration.ZERO);
    screen.progress("1 of 2", LONG_AGO);
    screen.progress("2 of 2", LONG_AGO);
    screen.say("a line");
    screen.clear();
    assertEquals(CLEAR + "1 of 2" + CLEAR + "2 of 2" + CLEAR + "a line\n", shown());
  }

  @Test
  void whatOthersWriteStandsOnALineOfItsOwn() {
    Screen screen = Screen.on(out, WIDE, Duration.ZERO);
    PrintStream log = new PrintStream(new ClearingStream(out, () -> screen), true);
    screen.progress("1 of 2", LONG_AGO);
    log.println("WARN something");
    log.println("WARN more");
    screen.progress("2 of 2", LONG_AGO);
    assertEquals(
        CLEAR + "1 of 2" + CLEAR + "WARN something\nWARN more\n" + CLEAR + "2 of 2", shown());
  }

  @Test
  void aTerminalsLineIsNeverWiderThanItAndObeysNoText() {
    Screen.on(out, WIDE, Duration.ZERO).progress("\u001b[2J" + "x".repeat(300), LONG_AGO);
    assertEquals(CLEAR.length() + 100, shown().length());
    assertTrue(shown().startsWith(CLEAR + "\\u001b[2Jxxx"), shown());
  }

  @Test
  void ofALineTooWideForTheTerminalTheMiddleIsLeftOut() {
    int[] columns = {40};
    Screen screen = Screen.on(out, Optional.of(() -> columns[0]), Duration.ZERO);
    screen.progress("answer 5000 prompts: 3 of 8 tasks, 1234 rows, left 0:10:12", LONG_AGO);
    assertEquals(CLEAR + "answer 5000 \u2026s, 1234 rows, left 0:10:12", shown());
    bytes.reset();
    columns[0] = 21; // the window is made less wide
    screen.progress("读取很长的中文文件名.json: 3 of 8 MB, left 0:10:12", LONG_AGO);
    assertEquals(CLEAR + "读取很\u2026 left 0:10:12", shown()); // 6 + 1 + 13 columns
    bytes.reset();
    columns[0] = 1;
    screen.progress("1 of 2", LONG_AGO);
    assertEquals(CLEAR + "\u2026", shown());
  }

  @Test
  void aStreamIsATerminalWhereLinuxAndTheKindSaySo() {
    assertTrue(TerminalWidth.isTerminal("/dev/pts/3"));
    assertTrue(TerminalWidth.isTerminal("/dev/tty1"));
    assertTrue(TerminalWidth.isTerminal("/dev/console"));
    assertFalse(TerminalWidth.isTerminal("/dev/null"));
    assertFalse(TerminalWidth.isTerminal("pipe:[123]"));
    assertEquals(Optional.empty(), TerminalWidth.of(System.out, "dumb"));
    assertEquals(Optional.empty(), TerminalWidth.of(System.out, ""));
    assertEquals(Optional.empty(), TerminalWidth.of(out, "xterm"));
    assertEquals(132, TerminalWidth.columns("43 132\n"));
    assertEquals(80, TerminalWidth.columns("0 0\n"));
    assertEquals(80, TerminalWidth.columns(""));
  }

  @Test
  void thingsAreCountedAsTheyAreDone() {
    try (CountProgress progress =
        new CountProgress("cutting", "modules", 2, Screen.on(out, WIDE, Duration.ZERO))) {
      progress.one();
      progress.one();
    }
    assertTrue(shown().startsWith(CLEAR + "cutting: 1 of 2 modules, left 0:00:0"), shown());
    assertTrue(shown().endsWith(CLEAR + "cutting: 2 of 2 modules, left 0:00:00" + CLEAR), shown());
  }

  @Test
  void elsewhereAPlainLineComesAfterAPauseOnly() {
    Screen.on(out, Optional.empty(), LONG).progress("1 of 2", LONG_AGO);
    assertEquals("", shown());
    Screen.on(out, Optional.empty(), Duration.ZERO).progress("1 of 2", LONG_AGO);
    assertEquals("1 of 2\n", shown());
  }

  @Test
  void ofWorkThatJustBeganNothingIsSaid() throws InterruptedException {
    Duration pause = Duration.ofMillis(200);
    Screen screen = Screen.on(out, Optional.empty(), pause);
    Thread.sleep(2 * pause.toMillis()); // long silence
    screen.progress("1 of 2", System.nanoTime() + LONG.toNanos()); // however slow this machine is
    assertEquals("", shown());
    screen.progress("2 of 2", LONG_AGO);
    assertEquals("2 of 2\n", shown());
  }

  @Test
  void whoListensHearsWhatIsShownWithoutATerminal() {
    Screen screen = Screen.on(out, Optional.empty(), Duration.ZERO);
    List<String> heard = new ArrayList<>();
    screen.tells(heard::add);
    screen.progress("1 of 2", LONG_AGO);
    screen.silent();
    screen.progress("2 of 2", LONG_AGO);
    assertEquals(List.of("1 of 2"), heard);
  }

  @Test
  void ofAQuietProcessResultsAreSeenAlone() {
    Screen.use(out, true);
    Screen.ofProcess().say("a line");
    Screen.ofProcess().progress("1 of 2", LONG_AGO);
    Screen.ofProcess().result("what was asked for");
    assertEquals("what was asked for\n", shown());
  }

  @Test
  void bytesAreCountedWhereverTheyPassThrough() throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (ByteProgress progress =
            new ByteProgress("copying", 4_000_000, Screen.on(out, WIDE, Duration.ZERO));
        OutputStream through = progress.counting(target)) {
      through.write(new byte[3_000_000]);
      through.write(1);
      progress.add(999_999);
    }
    assertEquals(3_000_001, target.size());
    assertTrue(shown().startsWith(CLEAR + "copying: 3 of 4 MB, "), shown());
    assertTrue(shown().contains(CLEAR + "copying: 4 of 4 MB, "), shown());
    assertTrue(shown().endsWith(" MB/s, left 0:00:00" + CLEAR), shown());
  }

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
