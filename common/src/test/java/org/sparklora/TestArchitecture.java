package org.sparklora;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Keeps the table of {@code docs/architecture.md} true: who may import whom, no cycles, no Spark.
 */
class TestArchitecture {
  private static final String ROOT = "org.sparklora";

  static final Map<String, Set<String>> MAY_IMPORT =
      Map.ofEntries(
          Map.entry("", Set.of()),
          Map.entry("config", Set.of()),
          Map.entry("storage", Set.of()),
          Map.entry("device", Set.of()),
          Map.entry("tensor", Set.of("device")),
          Map.entry("text", Set.of("text.encoder", "text.json", "text.sentencepiece")),
          Map.entry("text.bytelevel", Set.of("text.encoder")),
          Map.entry("text.encoder", Set.of()),
          Map.entry("text.json", Set.of("text.bytelevel", "text.encoder", "text.metaspace")),
          Map.entry("text.metaspace", Set.of("text.encoder")),
          Map.entry("text.sentencepiece", Set.of("text.encoder")),
          Map.entry(
              "template",
              Set.of("template.builtin", "template.python", "template.syntax", "template.tree")),
          Map.entry("template.builtin", Set.of("template.python")),
          Map.entry("template.python", Set.of()),
          Map.entry(
              "template.syntax", Set.of("template.builtin", "template.python", "template.tree")),
          Map.entry("template.tree", Set.of("template.builtin", "template.python")),
          Map.entry("chat", Set.of()),
          Map.entry(
              "prompt", Set.of("chat", "template", "template.python", "text", "text.encoder")),
          Map.entry("collective", Set.of()),
          Map.entry("screen", Set.of()),
          Map.entry("command", Set.of("config", "screen", "storage")),
          Map.entry(
              "check",
              Set.of(
                  "command",
                  "config",
                  "device",
                  "lora",
                  "model",
                  "model.load",
                  "model.spec",
                  "screen",
                  "storage",
                  "tensor")),
          Map.entry("corpus", Set.of("storage")),
          Map.entry("corpus.chat", Set.of("chat", "storage")),
          Map.entry("evaluation", Set.of()),
          Map.entry("feature", Set.of("storage")),
          Map.entry("plan", Set.of("feature")),
          Map.entry("generation", Set.of("config", "storage")),
          Map.entry("weights", Set.of("storage")),
          Map.entry("adapter", Set.of("storage", "weights", "config")),
          Map.entry("checkpoint", Set.of("storage")),
          Map.entry("metric", Set.of("storage")),
          Map.entry("near", Set.of()),
          Map.entry("similarity", Set.of()),
          Map.entry("blend", Set.of()),
          Map.entry("track", Set.of("storage")),
          Map.entry("track.mlflow", Set.of("metric", "storage")),
          Map.entry("report.chart", Set.of()),
          Map.entry(
              "report",
              Set.of(
                  "checkpoint",
                  "config",
                  "feature",
                  "metric",
                  "model.load",
                  "plan",
                  "report.chart",
                  "storage",
                  "tensor",
                  "track",
                  "train")),
          Map.entry("batch", Set.of("feature", "model", "plan")),
          Map.entry(
              "evaluate", Set.of("config", "evaluate.loss", "evaluation", "similarity", "storage")),
          Map.entry(
              "evaluate.loss",
              Set.of(
                  "batch",
                  "config",
                  "evaluation",
                  "feature",
                  "lora",
                  "mix",
                  "model",
                  "plan",
                  "predict",
                  "tensor")),
          Map.entry("model.spec", Set.of("storage")),
          Map.entry("model.load", Set.of("model.spec", "screen", "tensor", "storage", "weights")),
          Map.entry("memory", Set.of("device", "model.spec", "tensor")),
          Map.entry("model", Set.of("evaluation", "memory", "model.spec", "model.load", "tensor")),
          Map.entry(
              "lora",
              Set.of(
                  "evaluation",
                  "memory",
                  "model",
                  "model.spec",
                  "model.load",
                  "tensor",
                  "adapter",
                  "weights",
                  "storage",
                  "config")),
          Map.entry(
              "export",
              Set.of(
                  "adapter",
                  "command",
                  "config",
                  "lora",
                  "mix",
                  "model.load",
                  "model.spec",
                  "screen",
                  "storage",
                  "tensor",
                  "weights")),
          Map.entry(
              "mix",
              Set.of("adapter", "config", "lora", "model.load", "storage", "tensor", "weights")),
          Map.entry(
              "tokenize",
              Set.of(
                  "chat", "corpus", "corpus.chat", "text", "feature", "config", "near", "prompt")),
          Map.entry(
              "train",
              Set.of(
                  "batch",
                  "evaluation",
                  "plan",
                  "feature",
                  "memory",
                  "model.load",
                  "model.spec",
                  "lora",
                  "tensor",
                  "collective",
                  "checkpoint",
                  "metric",
                  "adapter",
                  "weights",
                  "storage",
                  "config")),
          Map.entry(
              "answer",
              Set.of(
                  "adapter",
                  "chat",
                  "config",
                  "corpus.chat",
                  "generation",
                  "lora",
                  "mix",
                  "model.load",
                  "model.spec",
                  "predict",
                  "prompt",
                  "storage",
                  "tensor",
                  "text")),
          Map.entry("serve", Set.of("answer", "chat", "config", "generation", "mix")),
          Map.entry("terminal", Set.of("answer", "chat", "config", "mix", "screen")),
          Map.entry(
              "predict",
              Set.of(
                  "chat",
                  "evaluation",
                  "corpus.chat",
                  "prompt",
                  "generation",
                  "text",
                  "adapter",
                  "model",
                  "model.spec",
                  "model.load",
                  "lora",
                  "mix",
                  "tensor",
                  "storage",
                  "config")));

  /** Of the module itself, wherever a build puts its tests. */
  private final JavaClasses classes =
      new ClassFileImporter()
          .importUrl(Failure.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void packagesImportOnlyWhatTheDesignAllows() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass from : classes) {
      from.getDirectDependenciesFromSelf().stream()
          .map(d -> d.getTargetClass())
          .filter(to -> to.getPackageName().startsWith(ROOT))
          .filter(to -> !allowed(layer(from), layer(to)))
          .forEach(to -> wrong.add(from.getName() + " imports " + to.getName()));
    }
    assertEquals(Set.of(), wrong);
  }

  /** A door that nobody uses is closed. */
  @Test
  void everyPermissionIsUsed() {
    Map<String, Set<String>> unused = new TreeMap<>();
    MAY_IMPORT.forEach((layer, imports) -> unused.put(layer, new TreeSet<>(imports)));
    for (JavaClass from : classes) {
      from.getDirectDependenciesFromSelf().stream()
          .map(d -> d.getTargetClass())
          .filter(to -> to.getPackageName().startsWith(ROOT))
          .forEach(to -> unused.getOrDefault(layer(from), Set.of()).remove(layer(to)));
    }
    unused.values().removeIf(Set::isEmpty);
    assertEquals(Map.of(), unused);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().assignedFrom(new Layers()).should().beFreeOfCycles().check(classes);
  }

  @Test
  void theOrderOfRowsKnowsNoRanks() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".plan")
        .and()
        .haveNameMatching(".*\\.(StepGrid|SampleOrder.*|KeyedPermutation|RowSizes|LabelPolicy)")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(".*\\.plan\\.(SegmentPlan|Dealing|Assignment|PlannedRow)")
        .check(classes);
  }

  @Test
  void commonDoesNotKnowSpark() {
    Set<String> wrong = new TreeSet<>();
    for (JavaClass from : classes) {
      from.getDirectDependenciesFromSelf().stream()
          .filter(d -> d.getTargetClass().getPackageName().startsWith("org.apache.spark"))
          .forEach(d -> wrong.add(from.getName()));
    }
    assertEquals(Set.of(), wrong);
  }

  private static boolean allowed(String from, String to) {
    return to.isEmpty() || from.equals(to) || MAY_IMPORT.getOrDefault(from, Set.of()).contains(to);
  }

  /** The longest key of the table that the type's package lies in. */
  /** The entry of the table that a type belongs to: its package, or the nearest one above it. */
  private static String layer(JavaClass type) {
    String name = type.getPackageName();
    while (!name.equals(ROOT)) {
      String layer = name.substring(ROOT.length() + 1);
      if (MAY_IMPORT.containsKey(layer)) {
        return layer;
      }
      name = name.substring(0, name.lastIndexOf('.'));
    }
    return "";
  }

  private static final class Layers implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      return type.getPackageName().startsWith(ROOT + ".")
          ? SliceIdentifier.of(layer(type))
          : SliceIdentifier.ignore();
    }

    @Override
    public String getDescription() {
      return "packages of the table";
    }
  }
}
