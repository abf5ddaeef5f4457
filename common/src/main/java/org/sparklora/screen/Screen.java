package org.sparklora.screen;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.sparklora.VisibleText;

/**
 * Where a process shows what it does: lines, and how far its work is. At a terminal that is one
 * line which is drawn again, elsewhere a plain line each half minute at most. Of what is quiet only
 * results are seen.
 */
public final class Screen {
  private static final String CLEAR = "\r\u001b[K";
  private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(100);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);

  /** As the process was given it. */
  private static final PrintStream ERRORS = System.err;

  /** Of an executor until a command says otherwise. */
  private static volatile Screen ofProcess =
      new Screen(System.out, Optional.empty(), BETWEEN_LINES, false);

  private final PrintStream out;
  private final Optional<IntSupplier> terminal;
  private final long pauseNanos;
  private final boolean quiet;
  private Consumer<String> listener = line -> {};
  private long shown = System.nanoTime();
  private boolean drawn;

  private Screen(PrintStream out, Optional<IntSupplier> terminal, Duration pause, boolean quiet) {
    this.out = out;
    this.terminal = terminal;
    this.pauseNanos = pause.toNanos();
    this.quiet = quiet;
  }

  /**
   * One that is not the process's own.
   *
   * @param terminal the columns that it has now, where a line can be drawn again
   * @param pause least time between two states of the work that are shown
   */
  public static Screen on(PrintStream out, Optional<IntSupplier> terminal, Duration pause) {
    return new Screen(out, terminal, pause, false);
  }

  /** The one that all work of this process shows itself on. */
  public static Screen ofProcess() {
    return ofProcess;
  }

  /**
   * What the process shows goes there from now on.
   *
   * @param quiet whether results alone are shown
   */
  public static void use(PrintStream out, boolean quiet) {
    Optional<IntSupplier> terminal =
        TerminalWidth.of(out, Optional.ofNullable(System.getenv("TERM")).orElse(""));
    Duration pause = terminal.isPresent() ? BETWEEN_DRAWINGS : BETWEEN_LINES;
    ofProcess = new Screen(out, terminal, pause, quiet);
    if (terminal.isPresent() && System.err == ERRORS) {
      OutputStream clearing = new ClearingStream(ERRORS, Screen::ofProcess);
      System.setErr(new PrintStream(clearing, true, Charset.defaultCharset()));
    }
  }

  /** Whether results alone are shown. */
  public boolean isQuiet() {
    return quiet;
  }

  /** A line on the way; of several lines their ends stay. */
  public synchronized void say(String lines) {
    if (!quiet) {
      result(lines);
    }
  }

  /** What the user asked for. */
  public synchronized void result(String lines) {
    clear();
    out.println(VisibleText.ofLines(lines));
  }

  /**
   * How far a work is, in place of what was said of it before; of short work nothing is said.
   *
   * @param begun when the work began, as {@link System#nanoTime} told it
   */
  public synchronized void progress(String line, long begun) {
    long now = System.nanoTime();
    if (quiet || now - shown < pauseNanos || now - begun < pauseNanos) {
      return;
    }
    shown = now;
    String visible = VisibleText.of(line);
    if (terminal.isPresent()) {
      int room = terminal.get().getAsInt() - 1; // in the last one some begin a new line
      out.print(CLEAR + FittedLine.of(visible, room));
      out.flush();
      drawn = true;
    } else {
      out.println(visible);
      listener.accept(visible);
    }
  }

  /** Takes the line away that says how far the work is. */
  public synchronized void clear() {
    if (drawn) {
      out.print(CLEAR);
      out.flush();
      drawn = false;
    }
  }

  /** Somebody else writes where a line may be drawn. */
  synchronized void beside(Runnable writing) {
    clear();
    writing.run();
  }

  /** Whoever hears how far the work is, where it is not seen; {@link #silent} ends it. */
  public synchronized void tells(Consumer<String> whom) {
    listener = whom;
  }

  /** Nobody is told any more. */
  public synchronized void silent() {
    listener = line -> {};
  }
}
