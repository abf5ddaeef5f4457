package org.sparklora.screen;

import org.sparklora.TimeSpan;

/** How many of a known number of things are done, on a screen. Used by one thread. */
public final class CountProgress implements AutoCloseable {
  private final String what;
  private final String things;
  private final long all;
  private final Screen screen;
  private final long begun = System.nanoTime();
  private long done;

  CountProgress(String what, String things, long all, Screen screen) {
    this.what = what;
    this.things = things;
    this.all = all;
    this.screen = screen;
  }

  /** Of this process, with {@code what} before the numbers. */
  public static CountProgress of(String what, String things, long all) {
    return new CountProgress(what, things, all, Screen.ofProcess());
  }

  /** One more is done. */
  public void one() {
    done++;
    double seconds = (System.nanoTime() - begun) / 1e9;
    String left = TimeSpan.text(seconds / done * Math.max(0, all - done));
    screen.progress("%s: %d of %d %s, left %s".formatted(what, done, all, things, left), begun);
  }

  @Override
  public void close() {
    screen.clear();
  }
}
