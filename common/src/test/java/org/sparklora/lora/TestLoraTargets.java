package org.sparklora.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.sparklora.EachFamily;
import org.sparklora.Fixtures;
import org.sparklora.adapter.TargetRule;
import org.sparklora.model.spec.DecoderSpec;
import org.sparklora.model.spec.LinearModule;
import org.sparklora.model.spec.ModelShapes;
import org.sparklora.storage.Store;

class TestLoraTargets {
  private final String spec = Files.readString(Path.of("../docs/spec/adapter.md"));

  TestLoraTargets() throws IOException {}

  @EachFamily
  void allLinearNamesEveryProjectionAndNeitherEmbeddingsNorHead(String family) {
    DecoderSpec base = base(family);
    for (String word : List.of("all-linear", "All-Linear")) {
      List<String> names = LoraTargets.of(List.of(word), base);
      List<LinearModule> modules = base.linearModules();
      assertEquals(modules, TargetMatching.match(modules, names));
      TargetRule rule = TargetRule.ofNames(names);
      assertTrue(modules.stream().allMatch(module -> rule.names(module.name())));
      ModelShapes shapes = new ModelShapes(base);
      assertFalse(rule.names(shapes.head().name()));
      assertFalse(rule.names(shapes.embedding()));
      String row = "| `%s` | %s |".formatted(base.family().word(), String.join(", ", names));
      assertTrue(spec.contains("\n" + row + "\n"), row);
    }
  }

  @EachFamily
  void namesAreTakenAsTheyAreAndNoneMeansTheUsualOnes(String family) {
    DecoderSpec base = base(family);
    assertEquals(base.family().usualTargets(), LoraTargets.of(List.of(), base));
    assertEquals(List.of("x", "layers.0.y"), LoraTargets.of(List.of("x", "layers.0.y"), base));
  }

  private static DecoderSpec base(String family) {
    return DecoderSpec.read(Store.local(), Fixtures.path(family, "model").toString());
  }
}
