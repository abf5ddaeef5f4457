package org.sparklora.screen;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import org.sparklora.VisibleText;

/**
 * Where a process shows what it does: lines, and how far its work is. At a terminal that is one
 * line which is drawn again, elsewhere a plain line each half minute at most. Of what is quiet only
 * results are seen.
 */
public final class Screen {
  private static final String CLEAR = "\r\u001b[K";
  private static final int WIDEST = 100;
  private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(100);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);

  /** Of an executor until a command says otherwise. */
  private static volatile Screen ofProcess = new Screen(System.out, false, BETWEEN_LINES, false);

  private final PrintStream out;
  private final boolean terminal;
  private final long pauseNanos;
  private final boolean quiet;
  private Consumer<String> listener = line -> {};
  private long shown = System.nanoTime();
  private boolean drawn;

  private Screen(PrintStream out, boolean terminal, Duration pause, boolean quiet) {
    this.out = out;
    this.terminal = terminal;
    this.pauseNanos = pause.toNanos();
    this.quiet = quiet;
  }

  /**
   * One that is not the process's own.
   *
   * @param terminal whether a line can be drawn again
   * @param pause least time between two states of the work that are shown
   */
  public static Screen on(PrintStream out, boolean terminal, Duration pause) {
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
    boolean terminal = isTerminal(out);
    ofProcess = new Screen(out, terminal, terminal ? BETWEEN_DRAWINGS : BETWEEN_LINES, quiet);
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
    if (terminal) {
      out.print(CLEAR + visible.substring(0, Math.min(WIDEST, visible.length())));
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

  /** Whoever hears how far the work is, where it is not seen; {@link #silent} ends it. */
  public synchronized void tells(Consumer<String> whom) {
    listener = whom;
  }

  /** Nobody is told any more. */
  public synchronized void silent() {
    listener = line -> {};
  }

  /** What a standard stream is, as Linux says; newer consoles of Java do not. */
  private static boolean isTerminal(PrintStream out) {
    if (out != System.out && out != System.err) {
      return false;
    }
    try {
      Path stream = Files.readSymbolicLink(Path.of("/proc/self/fd/" + (out == System.out ? 1 : 2)));
      return stream.startsWith("/dev/pts") || stream.startsWith("/dev/console");
    } catch (IOException | UnsupportedOperationException unknown) {
      return false;
    }
  }
}
