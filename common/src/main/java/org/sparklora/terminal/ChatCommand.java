package org.sparklora.terminal;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a line that begins with a slash asks for. */
enum ChatCommand {
  ADAPTER("[NAME]", "answer with one adapter, or with base; alone: list them"),
  MIX("[a=0.7,b=0.3]", "answer with a mix of adapters; alone: show the one in use"),
  SYSTEM("[TEXT]", "set the system text; alone: remove it"),
  REGENERATE("", "answer the last question again"),
  CLEAR("", "forget the conversation"),
  SAVE("FILE", "write the conversation as a row that tokenize reads"),
  HELP("", "this list"),
  QUIT("", "end");

  private final String value;
  private final String meaning;

  ChatCommand(String value, String meaning) {
    this.value = value;
    this.meaning = meaning;
  }

  String word() {
    return "/" + name().toLowerCase(Locale.ROOT);
  }

  static Optional<ChatCommand> of(String word) {
    return Arrays.stream(values()).filter(command -> command.word().equals(word)).findFirst();
  }

  static List<String> words() {
    return Arrays.stream(values()).map(ChatCommand::word).toList();
  }

  /** A line for each, and how to say the rest. */
  static String help() {
    StringBuilder text = new StringBuilder();
    for (ChatCommand command : values()) {
      text.append("%-22s %s%n".formatted(command.word() + " " + command.value, command.meaning));
    }
    return text.append("//…                    a question that begins with a slash\n")
        .append("Ctrl-C                 end the answer, Ctrl-D the chat")
        .toString();
  }
}
