package org.sparklora.metric;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** One JSON object per step: step, time (seconds), then the figures; NaN as the string "NaN". */
final class JsonLines implements Closeable {
  private final OutputStream out;

  JsonLines(OutputStream out) {
    this.out = new BufferedOutputStream(out);
  }

  void append(LoggedStep logged) throws IOException {
    out.write(logged.json().getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }

  void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
