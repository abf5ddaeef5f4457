package org.sparklora.corpus.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.sparklora.chat.Message;

class TestQuestions {
  @Test
  void everyShapeEndsWithItsLastQuestion() {
    assertAsked(
        "user:hi",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"assistant\", \"content\": \"x\"}]}");
    assertAsked(
        "system:s user:a assistant:b user:c",
        "{\"system\": \"s\", \"conversations\": [{\"from\": \"human\", \"value\": \"a\"}, {\"from\": \"gpt\", \"value\": \"b\"}, {\"from\": \"human\", \"value\": \"c\"}]}");
    assertAsked(
        "user:q assistant:r user:i\nn",
        "{\"instruction\": \"i\", \"input\": \"n\", \"history\": [[\"q\", \"r\"]]}");
    assertAsked("user:p", "{\"prompt\": \"p\"}");
    assertAsked("user:p", "{\"question\": \"p\", \"human_answers\": [\"x\"]}");
    assertAsked(
        "user:p", "{\"prompt\": [{\"role\": \"user\", \"content\": \"p\"}], \"completion\": []}");
  }

  @Test
  void turnsMayStandInATextAsTheyDoInCells() {
    String turns = "\"[{\\\"role\\\": \\\"user\\\", \\\"content\\\": \\\"hi\\\"}]\"";
    String text = "[{\"role\": \"user\", \"content\": \"hi\"}]";
    assertAsked("user:hi", "{\"messages\": " + turns + "}");
    assertAsked("user:hi", "{\"prompt\": " + turns + "}");
    assertAsked("user:" + text, "{\"prompt\": " + turns + ", \"completion\": \"plain\"}");
    assertFault("bad_json", "{\"messages\": \"[{\"}");
    assertFault("wrong_type", "{\"messages\": \"hi\"}");
  }

  @Test
  void rowsThatAskNothingSayWhy() {
    assertFault("no_question", "{\"messages\": [{\"role\": \"assistant\", \"content\": \"x\"}]}");
    assertFault("unknown_role", "{\"messages\": [{\"role\": \"boss\", \"content\": \"x\"}]}");
    assertFault("missing_key", "{\"q\": \"x\"}");
    assertFault("bad_json", "{");
    assertFault("not_an_object", "[]");
  }

  @Test
  void furtherNamesOfSpeakersAreKnown() {
    String row = "{\"messages\": [{\"role\": \"boss\", \"content\": \"x\"}]}";
    assertEquals("", Questions.of(row, Roles.of("boss=user")).fault());
  }

  private static void assertAsked(String expected, String row) {
    StringBuilder words = new StringBuilder();
    for (Message message : Questions.of(row, Roles.USUAL).conversation().orElseThrow().messages()) {
      words
          .append(words.isEmpty() ? "" : " ")
          .append(message.role())
          .append(':')
          .append(message.content());
    }
    assertEquals(expected, words.toString());
  }

  private static void assertFault(String fault, String row) {
    assertEquals(fault, Questions.of(row, Roles.USUAL).fault());
  }
}
