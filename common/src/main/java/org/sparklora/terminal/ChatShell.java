package org.sparklora.terminal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sparklora.Failure;
import org.sparklora.VisibleText;
import org.sparklora.answer.Answer;
import org.sparklora.answer.Answering;
import org.sparklora.answer.Answering.Question;
import org.sparklora.answer.FinishReason;
import org.sparklora.chat.Message;
import org.sparklora.mix.AdapterMix;
import org.sparklora.screen.Screen;

/** Lines in, answers out; what is no answer goes to a stream of its own. */
public final class ChatShell {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final String BASE = "base";

  private final Answering answering;
  private final Lines lines;
  private final PrintStream out;
  private final PrintStream notes;
  private final Dialogue dialogue;
  private AdapterMix mix;
  private long answers;
  private volatile Answer current;

  private ChatShell(
      Answering answering, String system, Lines lines, PrintStream out, PrintStream notes) {
    this.answering = answering;
    this.lines = lines;
    this.out = out;
    this.notes = notes;
    this.dialogue = new Dialogue(system);
    this.mix = AdapterMix.first(answering.setup().adapters());
  }

  /** Talks until the lines end. */
  public static void run(
      Answering answering, ChatConfig config, Lines lines, PrintStream out, PrintStream notes) {
    ChatShell shell = new ChatShell(answering, config.system(), lines, out, notes);
    lines.onInterrupt(shell::interrupt);
    if (!Screen.ofProcess().isQuiet()) {
      shell.describe();
    }
    shell.talk();
  }

  /**
   * The lines of this process: typed where it has a terminal, else of its pipe or file. Java 22 and
   * newer have a console without a terminal, too, unless {@code jdk.console} is {@code java.base},
   * which chat.sh sees to.
   */
  @SuppressWarnings("SystemConsoleNull")
  public static Lines linesOf(ChatConfig config) throws IOException {
    return System.console() == null
        ? new PipedLines(System.in)
        : TypedLines.open(config.historyFile(), ChatCommand.words());
  }

  private void talk() {
    try {
      Optional<String> line = lines.next();
      while (line.isPresent() && take(line.get().strip())) {
        line = lines.next();
      }
    } catch (IOException e) {
      throw Failure.storage(
          "Cannot go on with the chat, its input cannot be read: %s (expected lines of text). Start it again."
              .formatted(e.getMessage()),
          e);
    }
  }

  /** Whether to go on behind this line. */
  private boolean take(String line) {
    try {
      if (line.startsWith("//")) {
        ask(line.substring(1));
      } else if (line.startsWith("/")) {
        return obey(line);
      } else if (!line.isEmpty()) {
        ask(line);
      }
    } catch (Failure failure) {
      notes.println(failure.getMessage());
    }
    return true;
  }

  private boolean obey(String line) {
    int blank = line.indexOf(' ');
    String word = blank < 0 ? line : line.substring(0, blank);
    String value = blank < 0 ? "" : line.substring(blank + 1).strip();
    ChatCommand command =
        ChatCommand.of(word)
            .orElseThrow(
                () ->
                    Failure.usage(
                        "Cannot obey, there is no such command: %s (expected one of %s). Type /help."
                            .formatted(word, String.join(", ", ChatCommand.words()))));
    switch (command) {
      case ADAPTER -> adapter(value);
      case MIX -> mix(value);
      case SYSTEM -> system(value);
      case REGENERATE -> regenerate();
      case CLEAR -> dialogue.clear();
      case SAVE -> save(value);
      case HELP -> notes.println(ChatCommand.help());
      case QUIT -> {
        return false;
      }
    }
    return true;
  }

  private void describe() {
    String named = mix.shares().isEmpty() ? BASE : mix.text();
    notes.println("[answers: %s, prompts: %s]".formatted(named, answering.formOf(mix)));
    String said = answering.saidOf(mix);
    if (!said.isEmpty()) {
      notes.println("[" + said + "]");
    }
  }

  private void adapter(String name) {
    if (name.isEmpty()) {
      notes.println("[" + BASE + "]");
      answering.adapters().forEach(own -> notes.println("[" + own + "]"));
    } else if (name.equals(BASE) && !answering.adapters().contains(BASE)) {
      use(AdapterMix.NONE);
    } else {
      use(answering.mix(name));
    }
  }

  private void mix(String text) {
    if (text.isEmpty()) {
      describe();
    } else {
      use(AdapterMix.parse(text, answering.adapters()));
    }
  }

  private void use(AdapterMix other) {
    answering.check(other); // refused before the old one is given up
    mix = other;
    describe();
  }

  private void system(String text) {
    dialogue.system(text);
    notes.println(text.isEmpty() ? "[no system text]" : "[system text set]");
  }

  /** Where no other answer comes, the old one stays. */
  private void regenerate() {
    List<Message> before = dialogue.said();
    if (!dialogue.takeBackAnswer()) {
      throw Failure.usage(
          "Cannot answer again, nothing was answered: no answer (expected one). Ask something.");
    }
    try {
      answer();
    } finally {
      if (dialogue.said().size() < before.size()) {
        dialogue.restore(before);
      }
    }
  }

  private void save(String file) {
    if (file.isEmpty() || dialogue.isEmpty()) {
      throw Failure.usage(
          "Cannot save the conversation, %s is missing: nothing (expected one). Say /save FILE once something was said."
              .formatted(file.isEmpty() ? "a file's name" : "a conversation"));
    }
    try {
      Files.writeString(
          Path.of(file),
          dialogue.row() + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE_NEW);
      notes.println("[saved]");
    } catch (IOException | IllegalArgumentException e) {
      throw Failure.input(
          "Cannot save the conversation, the file cannot be made: %s (expected a new one). Give another name."
              .formatted(e.getMessage()));
    }
  }

  private void ask(String text) {
    dialogue.question(text);
    answer();
  }

  private void answer() {
    Question question =
        new Question(dialogue.conversation(), mix, answering.setup().generation(), answers++);
    try (Answer answer = answering.ask(question)) {
      current = answer;
      tellOfRounds(answer.droppedRounds());
      stream(answer);
      tellOfEnd(answer);
    } catch (Failure failure) {
      dialogue.takeBackQuestion();
      throw failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      current = null;
    }
  }

  private void stream(Answer answer) throws InterruptedException {
    try {
      for (Optional<String> piece = answer.next(TICK); piece.isPresent(); ) {
        out.print(visible(piece.get()));
        out.flush();
        piece = answer.next(TICK);
      }
    } finally {
      out.println();
      out.flush();
      dialogue.answer(answer.text());
    }
  }

  /** What a terminal would obey is spelled out; lines and tabs stay. */
  private static String visible(String text) {
    return Arrays.stream(text.split("\t", -1))
        .map(VisibleText::ofLines)
        .collect(Collectors.joining("\t"));
  }

  private void tellOfRounds(int dropped) {
    if (dropped > 0) {
      notes.println(
          "[the oldest %d rounds have no room any more and were left out]".formatted(dropped));
    }
  }

  private void tellOfEnd(Answer answer) {
    if (answer.finish() == FinishReason.LENGTH) {
      notes.println("[ended at %d tokens]".formatted(answer.newTokens()));
    } else if (answer.finish() == FinishReason.CANCELLED) {
      notes.println("[stopped]");
    }
  }

  private void interrupt() {
    Answer answer = current;
    if (answer != null) {
      answer.cancel();
    }
  }
}
