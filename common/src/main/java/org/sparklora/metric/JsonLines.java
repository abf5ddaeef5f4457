package org.sparklora.metric;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** One JSON object per step: step, time (seconds), then the figures; NaN as the string "NaN". */
final class JsonLines implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OutputStream out;

  JsonLines(OutputStream out) {
    this.out = new BufferedOutputStream(out);
  }

  void append(Instant now, long step, Map<String, Double> figures) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    line.put("time", now.toEpochMilli() / 1000.0);
    line.putAll(figures);
    out.write(JSON.writeValueAsBytes(line));
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
