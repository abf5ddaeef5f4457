package org.sparklora.prompt;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * {@code BenchmarkTemplates TEMPLATE CONVERSATIONS}: renders JSON lines of messages on one thread.
 */
final class BenchmarkTemplates {
  private static final int ROUNDS = 5;

  private BenchmarkTemplates() {}

  public static void main(String[] arguments) throws IOException {
    ChatTemplate template =
        ChatTemplate.of(
            arguments[0],
            Files.readString(Path.of(arguments[0])),
            Map.of("bos_token", "<s>", "eos_token", "</s>"));
    List<List<Map<String, Object>>> conversations = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of(arguments[1]))) {
      List<Map<String, Object>> messages = new ArrayList<>();
      new ObjectMapper()
          .readTree(line)
          .path("messages")
          .forEach(message -> messages.add(JsonValues.map(message)));
      conversations.add(messages);
    }
    for (int round = 0; round < ROUNDS; round++) {
      long characters = 0;
      long start = System.nanoTime();
      for (List<Map<String, Object>> messages : conversations) {
        characters += template.render(messages, false, Map.of()).text().length();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%.0f conversations/s, %.1f million characters/s%n",
          conversations.size() / seconds, characters / seconds / 1e6);
    }
  }
}
