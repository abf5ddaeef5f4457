package org.sparklora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every feature of the language against jinja2 in transformers' environment. */
class TestTemplateLanguage {
  static Stream<JsonNode> accepted() {
    return Stream.concat(Goldens.cases("accept.json"), Goldens.cases("more.json"))
        .filter(one -> one.has("expected"));
  }

  static Stream<JsonNode> refused() {
    return Goldens.cases("refuse.json");
  }

  static Stream<JsonNode> refusedInSomeWay() {
    return Goldens.cases("more.json").filter(one -> one.has("refused"));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void givesTheTextThatJinjaGives(JsonNode one) {
    assertEquals(one.path("expected").asText(), Goldens.render(one).text(), one.toString());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesByKindWithinSeconds(JsonNode one) {
    TemplateRefusal refusal =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(TemplateRefusal.class, () -> Goldens.render(one)));
    assertEquals(one.path("kind").asText(), refusal.kind().word(), refusal.getMessage());
    assertTrue(refusal.line() >= 1, refusal.getMessage());
    if (one.has("message")) {
      assertEquals(one.path("message").asText(), refusal.reason());
    }
  }

  @ParameterizedTest
  @MethodSource("refusedInSomeWay")
  void refusesWhatItCannotRender(JsonNode one) {
    assertThrows(TemplateRefusal.class, () -> Goldens.render(one), one.toString());
  }
}
