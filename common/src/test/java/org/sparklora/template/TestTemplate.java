package org.sparklora.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.template.python.RefusalKind;

/** What surrounds the language: spans, lines, messages, bounds, threads. */
class TestTemplate {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  private static TemplateRefusal refusal(String source, Map<String, Object> values) {
    return assertThrows(
        TemplateRefusal.class, () -> Template.parse("small.jinja", source).render(values));
  }

  @Test
  void generationBlocksAreSpansOfTheText() {
    Template template =
        Template.parse(
            "t",
            "👍{% for a in answers %}[{% generation %}{{ a }}!{% endgeneration %}]{% endfor %}");
    Rendered rendered = template.render(Map.of("answers", List.of("é👍", "")));
    assertEquals("👍[é👍!][!]", rendered.text());
    assertEquals(List.of(new TextSpan(3, 7), new TextSpan(9, 10)), rendered.generations());
  }

  @Test
  void aTextThatIsNotMadeHasItsLengthWhereAnotherBeginsWithIt() {
    Template template =
        Template.parse(
            "t",
            "{% macro f(x) %}<{{ x }}>{% endmacro %}{% for a in answers %}{{ f(a) }}\n{% endfor %}");
    Map<String, Object> values = Map.of("answers", List.of("é👍", "b"));
    String text = template.render(values).text();
    assertEquals("<é👍>\n<b>\n", text);
    assertEquals(OptionalInt.of(text.length()), template.lengthWithin(text, values));
    assertEquals(OptionalInt.of(text.length()), template.lengthWithin(text + "<c>", values));
    assertEquals(OptionalInt.of(0), template.lengthWithin(text, Map.of("answers", List.of())));
    for (int i = 0; i < text.length(); i++) {
      assertEquals(OptionalInt.empty(), template.lengthWithin(text.substring(0, i), values));
      String other = text.substring(0, i) + "#" + text.substring(i + 1);
      assertEquals(OptionalInt.empty(), template.lengthWithin(other, values), other);
    }
    Template endless =
        Template.parse("t", "{{ 'a' * 9 }}", new RenderLimits(9, 5, 99, 9), () -> NOW);
    assertThrows(TemplateRefusal.class, () -> endless.lengthWithin("b", Map.of()));
  }

  @Test
  void aRefusalNamesTemplateLineKindAndReason() {
    TemplateRefusal unknown = refusal("a\n\n{{ x | shout }}", Map.of());
    assertEquals(
        "Cannot render the chat template small.jinja, line 3 is refused as unknown_filter: no filter named 'shout' (expected what jinja2 allows in its sandbox, within bounds). Choose a --prompt_form, or change the template.",
        unknown.getMessage());
    assertEquals("unknown_filter in line 3 of the chat template", unknown.summary());
  }

  @Test
  void whatATemplateRaisesIsPassedOnButIsInNoSummary() {
    TemplateRefusal raised =
        refusal("{{ raise_exception('no ' ~ secret) }}", Map.of("secret", "XYZ"));
    assertEquals(RefusalKind.RAISED, raised.kind());
    assertEquals("no XYZ", raised.reason());
    assertFalse(raised.summary().contains("XYZ"));
    assertEquals(
        "Cannot render the chat template small.jinja, line 1 is refused as raised: no XYZ (expected what jinja2 allows in its sandbox, within bounds). Change the conversation: the template itself refuses it.",
        raised.getMessage());
    assertEquals(
        "Cannot render the chat template small.jinja, line 1 is refused as undefined: 'x' is undefined (expected what jinja2 allows in its sandbox, within bounds). Change the conversation, or choose a --prompt_form.",
        refusal("{{ x.y }}", Map.of()).getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | {% if true %}\\n{{ nope.x }}\\n{% endif %}",
        "3 | {% macro f() %}\\n\\n{{ 1 + 'a' }}{% endmacro %}{{ f() }}",
        "4 | {{ [\\n1,\\n2\\n][0].x.y }}",
        "2 | a\\n{% for %}",
        "3 | {#\\n\\n#}{{ 'a' | nofilter }}",
        "3 | {% raw %}\\n\\n{% endraw %}{{ x! }}"
      })
  void linesAreThoseOfTheTemplate(int line, String source) {
    assertEquals(line, refusal(source.replace("\\n", "\n"), Map.of()).line());
  }

  @Test
  void eachBoundIsKept() {
    Map<String, RenderLimits> limits =
        Map.of(
            "{% for x in range(100) %}{% endfor %}",
            new RenderLimits(50, 1000, 1000, 9),
            "{{ 'a' * 600 }}{{ 'a' * 600 }}",
            new RenderLimits(9999, 1000, 9999, 9),
            "{% for x in range(9) %}{% set a = 'a' * 200 %}{% endfor %}",
            new RenderLimits(9999, 1000, 1000, 9),
            "{% macro f(n) %}{{ f(n - 1) if n }}{% endmacro %}{{ f(20) }}",
            new RenderLimits(9999, 1000, 1000, 9));
    limits.forEach(
        (source, bounds) -> {
          Template template = Template.parse("t", source, bounds, () -> NOW);
          TemplateRefusal refusal =
              assertThrows(TemplateRefusal.class, () -> template.render(Map.of()), source);
          assertEquals(RefusalKind.LIMIT, refusal.kind(), source);
        });
  }

  @Test
  void aTemplateOfMoreThanAMillionCharactersIsRefused() {
    assertEquals(RefusalKind.LIMIT, refusal("a".repeat((1 << 20) + 1), Map.of()).kind());
  }

  @Test
  void nestedValuesThatNoStackHoldsAreRefused() {
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      List<Object> outer = new ArrayList<>();
      outer.add(nested);
      nested = outer;
    }
    assertEquals(RefusalKind.LIMIT, refusal("{{ x }}", Map.of("x", nested)).kind());
    assertEquals(RefusalKind.LIMIT, refusal("{{ x | tojson }}", Map.of("x", nested)).kind());
  }

  @Test
  void theClockIsTheCallers() {
    Template template =
        Template.parse("t", "{{ strftime_now('%d %b %Y') }}", RenderLimits.USUAL, () -> NOW);
    assertEquals("02 Jan 2026", template.render(Map.of()).text());
  }

  @Test
  void manyThreadsRenderOneTemplate() {
    Template template =
        Template.parse(
            "t",
            "{% set ns = namespace(n=0) %}{% for i in range(n) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");
    List<String> texts =
        IntStream.range(0, 500)
            .parallel()
            .mapToObj(n -> template.render(Map.of("n", (long) n)).text())
            .toList();
    IntStream.range(1, 500)
        .forEach(n -> assertEquals(Integer.toString(n * (n - 1) / 2), texts.get(n)));
  }

  @Test
  void valuesAreNotChanged() {
    List<Object> messages = new ArrayList<>(List.of("a"));
    refusal("{{ messages.append('b') }}", Map.of("messages", messages));
    refusal("{{ messages | indent }}", Map.of("messages", messages));
    assertEquals(List.of("a"), messages);
  }
}
