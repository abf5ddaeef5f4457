package org.sparklora.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of a file or a pipe, in UTF-8. An interrupt ends the program, as it does others. */
final class PipedLines implements Lines {
  private final BufferedReader reader;

  PipedLines(InputStream in) {
    this.reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  @Override
  public Optional<String> next() throws IOException {
    return Optional.ofNullable(reader.readLine());
  }

  @Override
  public void onInterrupt(Runnable action) {}

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
