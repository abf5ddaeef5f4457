package org.sparklora.prompt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.sparklora.template.Rendered;
import org.sparklora.template.TemplateRefusal;
import org.sparklora.template.TextSpan;
import org.sparklora.template.python.RefusalKind;

/**
 * Renders every {@code NAME.jinja} of a folder with the cases of {@code NAME.json} and counts what
 * is equal, refused and wrong; ends with 1 if anything is wrong.
 */
public final class CheckTemplates {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The clock of the goldens. */
  static final LocalDateTime NOW = LocalDateTime.of(2026, 11, 27, 9, 5, 3);

  private int equal;
  private int refused;
  private int wrong;

  private CheckTemplates() {}

  public static void main(String[] arguments) throws IOException {
    CheckTemplates check = new CheckTemplates();
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path template : files.filter(f -> f.toString().endsWith(".jinja")).sorted().toList()) {
        check.template(template);
      }
    }
    System.out.printf("%d equal, %d refused, %d wrong%n", check.equal, check.refused, check.wrong);
    System.exit(check.wrong == 0 ? 0 : 1);
  }

  private void template(Path file) throws IOException {
    String name = file.getFileName().toString();
    JsonNode golden =
        JSON.readTree(file.resolveSibling(name.replaceFirst("\\.jinja$", ".json")).toFile());
    for (JsonNode one : golden.path("cases")) {
      List<String> notes = new ArrayList<>();
      check(Files.readString(file), golden, one, notes);
      notes.forEach(note -> System.out.println(name + " " + one.path("id").asText() + ": " + note));
    }
  }

  /** An expected error counts as equal when it is refused, with the template's own words. */
  private void check(String source, JsonNode golden, JsonNode one, List<String> notes) {
    boolean mustFail = one.has("error");
    try {
      Rendered rendered = rendered(source, golden, one);
      boolean right =
          !mustFail
              && rendered.text().equals(one.path("expected").asText())
              && spansAreRight(rendered, one);
      equal += right ? 1 : 0;
      wrong += right ? 0 : 1;
      if (!right) {
        notes.add("wrong: " + difference(rendered, one));
      }
    } catch (TemplateRefusal refusal) {
      boolean otherWords =
          one.path("error").asText().equals("raised")
              && !(refusal.kind() == RefusalKind.RAISED
                  && refusal.reason().equals(one.path("message").asText()));
      equal += mustFail && !otherWords ? 1 : 0;
      refused += mustFail ? 0 : 1;
      wrong += otherWords ? 1 : 0;
      if (!mustFail || otherWords) {
        notes.add("refused: " + refusal.summary() + ": " + refusal.reason());
      }
    }
  }

  private static Rendered rendered(String source, JsonNode golden, JsonNode one) {
    Map<String, String> special = new LinkedHashMap<>();
    if (!one.path("no_special_tokens").asBoolean()) {
      golden
          .path("special_tokens")
          .properties()
          .forEach(t -> special.put(t.getKey(), t.getValue().asText()));
    }
    Map<String, Object> more = new LinkedHashMap<>(JsonValues.map(one.path("kwargs")));
    if (one.has("tools")) {
      more.put("tools", JsonValues.of(one.path("tools")));
    }
    List<Map<String, Object>> messages = new ArrayList<>();
    one.path("messages").forEach(message -> messages.add(JsonValues.map(message)));
    return ChatTemplate.of("the template", source, special, () -> NOW)
        .render(messages, one.path("add_generation_prompt").asBoolean(), more);
  }

  private static boolean spansAreRight(Rendered rendered, JsonNode one) {
    List<Object> spans = new ArrayList<>();
    for (TextSpan span : rendered.generations()) {
      spans.add(List.of(points(rendered, span.start()), points(rendered, span.end())));
    }
    return !one.has("spans") || spans.equals(JsonValues.list(one.path("spans")));
  }

  private static long points(Rendered rendered, int place) {
    return rendered.text().codePointCount(0, place);
  }

  private static String difference(Rendered rendered, JsonNode one) {
    if (one.has("error")) {
      return "not refused, expected " + one.path("error").asText();
    }
    String expected = one.path("expected").asText();
    String text = rendered.text();
    int at = 0;
    while (at < Math.min(expected.length(), text.length())
        && expected.charAt(at) == text.charAt(at)) {
      at++;
    }
    return at == expected.length() && at == text.length()
        ? "spans " + rendered.generations() + " expected " + one.path("spans")
        : "at %d '%s' expected '%s'".formatted(at, cut(text, at), cut(expected, at));
  }

  private static String cut(String text, int at) {
    return text.substring(at, Math.min(text.length(), at + 60)).replace("\n", "\\n");
  }
}
