package org.sparklora.corpus.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sparklora.Fixtures;
import org.sparklora.chat.Message;
import org.sparklora.storage.Store;

/** Against the corpora with planted faults in fixtures/chat. */
class TestChatReader {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pair",
        "alpaca",
        "sharegpt",
        "messages",
        "messages_array",
        "prompt_completion",
        "renamed_alpaca",
        "renamed_sharegpt"
      })
  void everyRowIsWhatTheRulesMakeOfIt(String name) throws IOException {
    JsonNode expected = JSON.readTree(path("expected/" + name + ".json"));
    ChatReader reader = new ChatReader(shape(name));
    List<String> lines = lines(name);
    Map<String, Integer> reasons = new TreeMap<>();
    ChatMends mends = new ChatMends(0, 0, 0, 0);
    int kept = 0;
    int learned = 0;
    for (int i = 0; i < lines.size(); i++) {
      ChatRow row = reader.read(lines.get(i));
      String where = name + " line " + (i + 1);
      if (row instanceof ChatRow.Bad bad) {
        assertEquals(
            at(expected.path("bad"), i + 1).path("reason").asText(), bad.fault().word(), where);
        reasons.merge(bad.fault().word(), 1, Integer::sum);
        continue;
      }
      ChatRow.Kept good = assertInstanceOf(ChatRow.Kept.class, row);
      assertEquals(described(at(expected.path("rows"), i + 1)), described(good), where);
      kept++;
      learned += good.learned().size();
      mends = sum(mends, good.mends());
    }
    JsonNode counters = expected.path("counters");
    assertEquals(counters.path("read").asInt(), lines.size());
    assertEquals(counters.path("kept").asInt(), kept);
    assertEquals(counters.path("expanded").asInt(), learned);
    assertEquals(
        new ChatMends(
            counters.path("joined_turns").asInt(),
            counters.path("empty_turns").asInt(),
            counters.path("dropped_turns").asInt(),
            counters.path("leading_answers").asInt()),
        mends);
    Map<String, Integer> all = new TreeMap<>();
    expected
        .path("bad_by_reason")
        .fields()
        .forEachRemaining(e -> all.put(e.getKey(), e.getValue().asInt()));
    assertEquals(all, reasons);
  }

  @Test
  void ofSeveralAnswersTheFirstThatSaysSomethingIsTaken() {
    ChatReader reader = new ChatReader(RowShape.of(RowFormat.HC3, Roles.USUAL));
    ChatRow row = reader.read("{\"question\": \"q\", \"chatgpt_answers\": [\" \", \"a\", \"b\"]}");
    assertEquals(
        List.of(Message.user("q"), Message.assistant("a")),
        assertInstanceOf(ChatRow.Kept.class, row).conversation().messages());
    assertEquals(
        new ChatRow.Bad(ChatFault.NO_ANSWER),
        reader.read("{\"question\": \"q\", \"chatgpt_answers\": []}"));
    assertEquals(
        new ChatRow.Bad(ChatFault.WRONG_TYPE),
        reader.read("{\"question\": \"q\", \"chatgpt_answers\": \"a\"}"));
  }

  @Test
  void aTextThatHoldsAListIsReadLikeIt() {
    String turns = "[{'role': 'user', 'content': 'q'}, {'role': 'assistant', 'content': 'a'}]";
    String asked = "[{'role': 'user', 'content': 'q'}]";
    String answered = "[{'role': 'assistant', 'content': 'a'}]";
    assertSame(RowFormat.MESSAGES, "{'messages': @}", turns);
    assertSame(
        RowFormat.SHAREGPT,
        "{'conversations': @}",
        "[{'from': 'human', 'value': 'q'}, {'from': 'gpt', 'value': 'a'}]");
    assertSame(
        RowFormat.ALPACA,
        "{'instruction': 'i', 'input': '', 'output': 'o', 'history': @}",
        "[['q', 'a'], ['r', 'b']]");
    assertSame(
        RowFormat.ALPACA, "{'instruction': 'i', 'output': 'o', 'history': @}", "[['only one']]");
    assertSame(RowFormat.HC3, "{'question': 'q', 'chatgpt_answers': @}", "['', 'a']");
    assertSame(RowFormat.PROMPT_COMPLETION, "{'prompt': @, 'completion': @}", asked, answered);
    assertSame(
        RowFormat.MESSAGES,
        "{'messages': [{'role': 'user', 'content': 'q'}, {'role': 'assistant', 'tool_calls': @}, {'role': 'assistant', 'content': 'a'}]}",
        "[{'function': {'name': 'f', 'arguments': '{}'}}]");
  }

  @Test
  void faultsInATextThatHoldsAListHaveTheUsualReasons() {
    assertFault(ChatFault.BAD_JSON, " [{'role': 'user', 'content': 'q'}");
    assertFault(ChatFault.BAD_JSON, "[1] [2]");
    assertFault(ChatFault.WRONG_TYPE, "hello");
    assertFault(ChatFault.WRONG_TYPE, "");
    assertFault(ChatFault.WRONG_TYPE, "{'role': 'user', 'content': 'q'}");
    assertFault(ChatFault.WRONG_TYPE, "['hello']");
    assertFault(ChatFault.NO_MESSAGES, "[]");
    assertFault(ChatFault.UNKNOWN_ROLE, "[{'role': 'boss', 'content': 'q'}]");
    assertFault(ChatFault.MISSING_CONTENT, "[{'role': 'user', 'content': null}]");
    assertFault(ChatFault.NO_ANSWER, "[{'role': 'user', 'content': 'q'}]");
  }

  /** A prompt and its completion are turns only where both are; a list may be what is asked for. */
  @Test
  void textsThatOnlyLookLikeListsStayTexts() {
    ChatReader reader = new ChatReader(RowShape.of(RowFormat.PROMPT_COMPLETION, Roles.USUAL));
    for (String prompt : List.of("[1, 2]", "[{'role': 'user', 'content': 'q'}]", "[", "[]")) {
      String row = "{'prompt': %s, 'completion': '[3]'}".formatted(text(prompt));
      assertEquals(
          List.of(Message.user(plain(prompt)), Message.assistant("[3]")),
          assertInstanceOf(ChatRow.Kept.class, reader.read(plain(row))).conversation().messages());
    }
  }

  /** Each {@code @} of the row is the next list, as it is and in a text. */
  private static void assertSame(RowFormat format, String row, String... lists) {
    String plain = row;
    String inTexts = row;
    for (String list : lists) {
      plain = plain.replaceFirst("@", Matcher.quoteReplacement(list));
      inTexts = inTexts.replaceFirst("@", Matcher.quoteReplacement(text(list)));
    }
    ChatReader reader = new ChatReader(RowShape.of(format, Roles.USUAL));
    assertEquals(reader.read(plain(plain)), reader.read(plain(inTexts)));
  }

  private static void assertFault(ChatFault fault, String messages) {
    ChatReader reader = new ChatReader(RowShape.of(RowFormat.MESSAGES, Roles.USUAL));
    assertEquals(
        new ChatRow.Bad(fault), reader.read(plain("{'messages': %s}".formatted(text(messages)))));
  }

  /** A JSON text that holds this one, both with single quotes. */
  private static String text(String json) {
    return "'" + json.replace("'", "\\'") + "'";
  }

  private static String plain(String json) {
    return json.replace('\'', '"');
  }

  @Test
  void halfACharacterIsNoText() {
    ChatReader reader = new ChatReader(RowShape.pair("q", "a"));
    assertEquals(
        new ChatRow.Bad(ChatFault.HALF_A_CHARACTER),
        reader.read("{\"q\": \"\\ud83d\", \"a\": \"b\"}"));
    assertInstanceOf(ChatRow.Kept.class, reader.read("{\"q\": \"\\ud83d\\ude00\", \"a\": \"b\"}"));
  }

  @Test
  void deepRowsAndTextBehindARowAreNoJson() {
    ChatReader reader = new ChatReader(RowShape.of(RowFormat.MESSAGES, Roles.USUAL));
    ChatRow bad = new ChatRow.Bad(ChatFault.BAD_JSON);
    assertEquals(bad, reader.read("{\"tools\": " + "[".repeat(100_000)));
    assertEquals(bad, reader.read("{} {}"));
  }

  private static RowShape shape(String name) {
    return switch (name) {
      case "pair" -> RowShape.pair("q", "a");
      case "messages_array" -> RowShape.of(RowFormat.MESSAGES, Roles.USUAL);
      case "renamed_alpaca", "renamed_sharegpt" ->
          DatasetInfo.read(
                  Store.local(),
                  Fixtures.path("chat", "dataset_info.json").toString(),
                  name,
                  Roles.USUAL)
              .shape();
      default -> RowShape.of(RowFormat.of(name), Roles.USUAL);
    };
  }

  private static List<String> lines(String name) throws IOException {
    if (!name.equals("messages_array")) {
      return Files.readAllLines(Fixtures.path("chat", name + ".jsonl"));
    }
    List<String> elements = new ArrayList<>();
    JSON.readTree(path("messages_array.json")).forEach(e -> elements.add(e.toString()));
    return elements;
  }

  private static java.io.File path(String name) {
    return Fixtures.path("chat", name).toFile();
  }

  private static JsonNode at(JsonNode rows, int line) {
    for (JsonNode row : rows) {
      if (row.path("line").asInt() == line) {
        return row;
      }
    }
    return JSON.missingNode();
  }

  private static ChatMends sum(ChatMends a, ChatMends b) {
    return new ChatMends(
        a.joined() + b.joined(),
        a.empty() + b.empty(),
        a.dropped() + b.dropped(),
        a.leading() + b.leading());
  }

  private static String described(ChatRow.Kept row) {
    List<Object> messages = new ArrayList<>();
    for (Message message : row.conversation().messages()) {
      messages.add(message.values());
    }
    return JSON.valueToTree(messages)
        + " "
        + row.learned()
        + " "
        + JSON.valueToTree(row.conversation().tools());
  }

  private static String described(JsonNode row) {
    List<Integer> learned = new ArrayList<>();
    row.path("learned").forEach(i -> learned.add(i.asInt()));
    return row.path("messages")
        + " "
        + learned
        + " "
        + (row.has("tools") ? row.path("tools") : "[]");
  }
}
