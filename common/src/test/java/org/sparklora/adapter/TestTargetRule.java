package org.sparklora.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sparklora.ExitCode;
import org.sparklora.Failure;

/** PEFT's rules for target_modules, exclude_modules, layers_to_transform and layers_pattern. */
class TestTargetRule {
  private static final List<String> MODULES =
      List.of("layers.0.attn.q_proj", "layers.0.mlp.up", "layers.1.attn.q_proj", "layers.1.mlp.up");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'target_modules': ['q_proj']|0.attn.q_proj 1.attn.q_proj",
        "'target_modules': ['q_proj', 'nowhere']|0.attn.q_proj 1.attn.q_proj",
        "'target_modules': ['proj']|''",
        "'target_modules': 'q_proj'|''",
        "'target_modules': '.*q_proj'|0.attn.q_proj 1.attn.q_proj",
        "'target_modules': '(?P<a>l).*[.]1[.].*'|1.attn.q_proj 1.mlp.up",
        "'target_modules': 'all-linear'|0.attn.q_proj 0.mlp.up 1.attn.q_proj 1.mlp.up",
        "'target_modules': 'all-linear', 'exclude_modules': ['up']|0.attn.q_proj 1.attn.q_proj",
        "'target_modules': ['up'], 'exclude_modules': '.*[.]0[.].*'|1.mlp.up",
        "'target_modules': ['up'], 'layers_to_transform': []|0.mlp.up 1.mlp.up",
        "'target_modules': ['layers.0.mlp.up'], 'layers_to_transform': 1|0.mlp.up"
      })
  void namesWhatPeftNames(String json, String expected) throws JsonProcessingException {
    assertEquals(expected, named(json, "", "layers."));
  }

  /** A pattern needs something before it, as PEFT's {@code .*\.} does. */
  @Test
  void layersAreCountedBelowTheirPattern() throws JsonProcessingException {
    String json = "'target_modules': ['up'], 'layers_to_transform': 1, 'layers_pattern': ";
    assertEquals("1.mlp.up", named(json + "null", "model.", "model.layers."));
    assertEquals("1.mlp.up", named(json + "'layers'", "model.", "model.layers."));
    assertEquals("1.mlp.up", named(json + "['h', 'layers']", "model.", "model.layers."));
    assertEquals("", named(json + "'h'", "model.", "model.layers."));
  }

  @Test
  void whatJavaDoesNotReadIsNamed() {
    assertRefused(
        "'target_modules': '(q'",
        "Cannot use the adapter's config, 'target_modules' is no regular expression: Unclosed group in (q (expected one that Java reads, too). Write the modules' names instead.");
  }

  @Test
  void anExpressionThatTakesForEverIsGivenUp() {
    assertRefused(
        "'target_modules': '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)Z'",
        "Cannot use the adapter's config, 'target_modules' takes too long: 1000000 steps for one name in (.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)Z (expected one that Java reads, too). Write the modules' names instead.");
  }

  private static void assertRefused(String json, String message) {
    Failure failure = assertThrows(Failure.class, () -> named(json, "", ""));
    assertEquals(ExitCode.INPUT, failure.exitCode());
    assertEquals(message, failure.getMessage());
  }

  private static String named(String json, String root, String cut) throws JsonProcessingException {
    TargetRule rule =
        TargetRule.of(new ObjectMapper().readTree("{" + json.replace('\'', '"') + "}"));
    return String.join(
        " ",
        MODULES.stream()
            .map(module -> root + module)
            .filter(rule::names)
            .map(module -> module.substring(cut.length()))
            .toList());
  }
}
