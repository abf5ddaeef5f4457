package org.sparklora.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sparklora.VisibleText;
import org.sparklora.answer.Answering;
import org.sparklora.answer.Answering.Question;
import org.sparklora.answer.Answerings;
import org.sparklora.chat.Conversation;
import org.sparklora.chat.Message;
import org.sparklora.corpus.chat.Questions;
import org.sparklora.corpus.chat.Roles;
import org.sparklora.mix.AdapterMix;

/** Chats on the fixtures' qwen2. */
class TestChatShell {
  private static final String FORM = "--prompt_format=<{prompt}>";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream notes = new ByteArrayOutputStream();

  @TempDir Path folder;

  @Test
  void linesAreAnsweredInTheirConversationAndOnlyAnswersGoOut() {
    try (Answering answering = Answerings.of("qwen2", FORM, "--max_new_tokens=6")) {
      String first = answered(answering, "", Message.user("one"));
      String second =
          answered(
              answering, "", Message.user("one"), Message.assistant(first), Message.user("two"));
      chat(answering, "", "one\n\ntwo\n");
      assertEquals(shown(first) + "\n" + shown(second) + "\n", text(out));
      assertTrue(text(notes).startsWith("[answers: base, prompts: free]\n"), text(notes));
      assertTrue(text(notes).contains("[ended at 6 tokens]"), text(notes));
    }
  }

  @Test
  void adaptersAreSwitchedMixedAndKeptWhereTheOtherIsUnknown() {
    String a = Answerings.adapter("a", "qwen2", "adapter");
    String b = Answerings.adapter("b", "qwen2", "train_final:0.5");
    try (Answering answering = Answerings.of("qwen2", FORM, "--max_new_tokens=6", a, b)) {
      String lines =
          "one\n/adapter a\n/clear\none\n/mix a=0.5,b=2\n/adapter other\n/clear\none\n/adapter base\n/clear\none\n/adapter\n";
      chat(answering, "", lines);
      List<String> expected =
          List.of("b=0.5", "a", "a=0.5,b=2", "").stream()
              .map(mix -> shown(answered(answering, mix, Message.user("one"))))
              .toList();
      assertEquals(String.join("\n", expected) + "\n", text(out));
      assertTrue(text(notes).contains("[answers: a=0.5,b=2, prompts: free]"), text(notes));
      assertTrue(
          text(notes)
              .contains(
                  "Cannot mix the adapters, none has this name: other (expected a, b). Each one is given as --adapter NAME=DIR."),
          text(notes));
      assertTrue(text(notes).endsWith("[base]\n[a]\n[b]\n"), text(notes));
    }
  }

  @Test
  void anAnswerIsMadeAgainForgottenAndSaved() throws IOException {
    try (Answering answering = Answerings.of("qwen2", FORM, "--max_new_tokens=6")) {
      String first = answered(answering, "", Message.user("/one"));
      Path file = folder.resolve("chat.jsonl");
      chat(answering, "", "//one\n/regenerate\n/save " + file + "\n/save " + file + "\n/quit\nno");
      assertEquals(shown(first) + "\n" + shown(first) + "\n", text(out));
      String row = Files.readString(file);
      assertEquals(1, row.lines().count());
      assertTrue(row.contains("/one") && Questions.of(row, Roles.USUAL).fault().isEmpty(), row);
      assertTrue(
          text(notes).contains("Cannot save the conversation, the file cannot be made: "),
          text(notes));
      chat(answering, "", "/regenerate\n/save\n/nothing\n/help\n");
      assertTrue(
          text(notes)
              .contains(
                  """
                  Cannot answer again, nothing was answered: no answer (expected one). Ask something.
                  Cannot save the conversation, a file's name is missing: nothing (expected one). Say /save FILE once something was said.
                  Cannot obey, there is no such command: /nothing (expected one of /adapter, /mix, /system, /regenerate, /clear, /save, /help, /quit). Type /help.
                  """),
          text(notes));
      assertTrue(text(notes).contains("/mix [a=0.7,b=0.3]"), text(notes));
    }
  }

  @Test
  void whatCannotBeAnsweredAgainKeepsItsAnswer() throws IOException {
    Path file = folder.resolve("kept.jsonl");
    try (Answering answering = Answerings.of("chatglm2", "--max_new_tokens=6")) {
      chat(answering, "", "one\n/system be short\n/regenerate\n/system\n/save " + file + "\n");
      String answer = answered(answering, "", Message.user("one"));
      assertEquals(shown(answer) + "\n", text(out));
      assertTrue(text(notes).contains("no place for the role system in chatglm2"), text(notes));
      assertTrue(Files.readString(file).contains("assistant"));
    }
  }

  @Test
  void aMixThatCannotAnswerIsRefusedBeforeTheOldOneIsGivenUp() {
    try (Answering answering =
        Answerings.of("qwen2", Answerings.adapter("a", "qwen2", "adapter"), FORM)) {
      chat(answering, "", "/mix a=1e39\n/mix\n");
      assertTrue(text(notes).contains("a weight is too large: 1.0E39"), text(notes));
      assertTrue(text(notes).endsWith("[answers: a=1, prompts: free]\n"), text(notes));
    }
  }

  @Test
  void aSystemTextThatTheFormHasNoPlaceForCostsTheQuestionOnly() {
    try (Answering answering = Answerings.of("chatglm2", "--max_new_tokens=6")) {
      chat(answering, "be short", "one\n/system\none\n");
      assertEquals(shown(answered(answering, "", Message.user("one"))) + "\n", text(out));
      assertTrue(text(notes).contains("no place for the role system in chatglm2"), text(notes));
    }
  }

  @Test
  void anInterruptEndsTheAnswerNotTheChat() {
    try (Answering answering = Answerings.of("qwen2", FORM, "--max_new_tokens=20000")) {
      Typed lines = new Typed("one", "/quit");
      PrintStream interrupting =
          new PrintStream(out, true, StandardCharsets.UTF_8) {
            @Override
            public void flush() {
              super.flush();
              lines.interrupt.run();
            }
          };
      ChatShell.run(answering, config(""), lines, interrupting, stream(notes));
      assertTrue(text(notes).endsWith("[stopped]\n"), text(notes));
      assertTrue(lines.waiting.isEmpty(), "the chat went on");
    }
  }

  /** What a terminal would obey is spelled out. */
  private static String shown(String answer) {
    assertFalse(answer.contains("\u001b"));
    return VisibleText.ofLines(answer);
  }

  private void chat(Answering answering, String system, String lines) {
    out.reset();
    notes.reset();
    PipedLines piped =
        new PipedLines(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    ChatShell.run(answering, config(system), piped, stream(out), stream(notes));
  }

  private static ChatConfig config(String system) {
    return new ChatConfig(null, system, "");
  }

  private static String answered(Answering answering, String mix, Message... messages) {
    return Answerings.text(
        answering.ask(
            new Question(
                Conversation.of(messages),
                mix.isEmpty() ? AdapterMix.NONE : answering.mix(mix),
                answering.setup().generation(),
                0)));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static final class Typed implements Lines {
    private final Deque<String> waiting;
    private Runnable interrupt = () -> {};

    Typed(String... lines) {
      waiting = new ArrayDeque<>(List.of(lines));
    }

    @Override
    public Optional<String> next() {
      return Optional.ofNullable(waiting.poll());
    }

    @Override
    public void onInterrupt(Runnable action) {
      interrupt = action;
    }

    @Override
    public void close() {}
  }
}
