package org.sparklora.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.DefaultParser;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** Lines typed at a terminal, with editing and history. */
final class TypedLines implements Lines {
  private static final String PROMPT = "> ";

  private final Terminal terminal;
  private final LineReader reader;

  private TypedLines(Terminal terminal, LineReader reader) {
    this.terminal = terminal;
    this.reader = reader;
  }

  /**
   * At the terminal of this process.
   *
   * @param historyFile where lines are kept; empty for nowhere
   */
  static TypedLines open(String historyFile, List<String> commands) throws IOException {
    Terminal terminal =
        TerminalBuilder.builder().system(true).encoding(StandardCharsets.UTF_8).build();
    LineReaderBuilder builder =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .completer(new StringsCompleter(commands))
            .parser(plainText())
            .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true);
    if (!historyFile.isEmpty()) {
      builder.variable(LineReader.HISTORY_FILE, Path.of(historyFile).toAbsolutePath());
    }
    return new TypedLines(terminal, builder.build());
  }

  /** A text, in which quotes and backslashes mean nothing. */
  private static DefaultParser plainText() {
    DefaultParser parser = new DefaultParser();
    parser.setQuoteChars(new char[0]);
    parser.setEscapeChars(new char[0]);
    return parser;
  }

  @Override
  public Optional<String> next() {
    while (true) {
      try {
        return Optional.of(reader.readLine(PROMPT));
      } catch (UserInterruptException interrupt) {
        // The line that was begun is gone; the next one is typed.
      } catch (EndOfFileException end) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void onInterrupt(Runnable action) {
    terminal.handle(Terminal.Signal.INT, signal -> action.run());
  }

  @Override
  public void close() throws IOException {
    terminal.close();
  }
}
