package org.sparklora.screen;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;
import org.sparklora.TimeSpan;

/** How many bytes of a known sum are done, on a screen. Any thread may add to it. */
public final class ByteProgress implements AutoCloseable {
  private final String what;
  private final long bytes;
  private final Screen screen;
  private final AtomicLong done = new AtomicLong();
  private final long begun = System.nanoTime();

  ByteProgress(String what, long bytes, Screen screen) {
    this.what = what;
    this.bytes = bytes;
    this.screen = screen;
  }

  /** Of this process, with {@code what} before the numbers. */
  public static ByteProgress of(String what, long bytes) {
    return new ByteProgress(what, bytes, Screen.ofProcess());
  }

  public void add(long more) {
    screen.progress(line(done.addAndGet(more)), begun);
  }

  /** Counts what is written by way of it. */
  public OutputStream counting(OutputStream out) {
    return new FilterOutputStream(out) {
      @Override
      public void write(int b) throws IOException {
        out.write(b);
        add(1);
      }

      @Override
      public void write(byte[] content, int offset, int length) throws IOException {
        out.write(content, offset, length);
        add(length);
      }
    };
  }

  @Override
  public void close() {
    screen.clear();
  }

  private String line(long now) {
    double seconds = Math.max(1e-3, (System.nanoTime() - begun) / 1e9);
    double speed = now / seconds;
    double left = Math.max(0, bytes - now) / Math.max(1, speed);
    return "%s: %.0f of %.0f MB, %.0f MB/s, left %s"
        .formatted(what, now / 1e6, bytes / 1e6, speed / 1e6, TimeSpan.text(left));
  }
}
