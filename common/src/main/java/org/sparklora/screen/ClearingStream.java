package org.sparklora.screen;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * A stream of lines by others, such as a log: what is drawn of work makes room for each of them.
 */
final class ClearingStream extends OutputStream {
  private final PrintStream to;
  private final Supplier<Screen> screen;

  ClearingStream(PrintStream to, Supplier<Screen> screen) {
    this.to = to;
    this.screen = screen;
  }

  @Override
  public void write(int one) {
    screen.get().beside(() -> to.write(one));
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    screen.get().beside(() -> to.write(bytes, from, length));
  }

  @Override
  public void flush() {
    to.flush();
  }
}
