package org.sparklora.screen;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The columns of the terminal that a standard stream goes to; windows are made wider and less. */
final class TerminalWidth implements IntSupplier {
  private static final int USUAL = 80;
  private static final long LASTING_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Pattern SIZE = Pattern.compile("\\d+ ([1-9]\\d*)\\s*");

  private final Path terminal;
  private int columns;
  private long asked;

  private TerminalWidth(Path terminal) {
    this.terminal = terminal;
  }

  /**
   * Of a stream that is a terminal's, as Linux says; newer consoles of Java do not.
   *
   * @param kind the terminal's ({@code TERM}); on some a line cannot be drawn again
   */
  static Optional<IntSupplier> of(PrintStream out, String kind) {
    if ((out != System.out && out != System.err) || kind.isEmpty() || kind.equals("dumb")) {
      return Optional.empty();
    }
    try {
      Path stream = Files.readSymbolicLink(Path.of("/proc/self/fd/" + (out == System.out ? 1 : 2)));
      return isTerminal(stream.toString())
          ? Optional.of(new TerminalWidth(stream))
          : Optional.empty();
    } catch (IOException | UnsupportedOperationException unknown) {
      return Optional.empty();
    }
  }

  static boolean isTerminal(String stream) {
    return stream.startsWith("/dev/pts/")
        || stream.startsWith("/dev/tty")
        || stream.equals("/dev/console");
  }

  @Override
  public int getAsInt() {
    long now = System.nanoTime();
    if (columns == 0 || now - asked > LASTING_NANOS) {
      columns = asked();
      asked = now;
    }
    return columns;
  }

  private int asked() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(terminal.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      byte[] said = stty.getInputStream().readAllBytes();
      return columns(new String(said, StandardCharsets.US_ASCII));
    } catch (IOException none) {
      return USUAL;
    }
  }

  /** Of what {@code stty size} says: rows and columns, or zeros where it does not know. */
  static int columns(String said) {
    Matcher size = SIZE.matcher(said);
    return size.matches() && size.group(1).length() < 6 ? Integer.parseInt(size.group(1)) : USUAL;
  }
}
