package org.sparklora.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Four jobs and the stages of Spark ML, which know nothing of each other, over {@code jobs.run} and
 * {@code jobs.model}; {@code jobs.spark} holds what they need of Spark and knows no job and no
 * stage.
 */
class TestJobsArchitecture {
  private static final String JOBS = "org.sparklora.jobs";

  private static final String VALUE = "values of a task or a shuffle";
  private static final String RESULT = "what a job returns";

  /** Types of this module that could stand in {@code common}, and why they do not. */
  private static final Map<String, String> WITHOUT_SPARK =
      Map.ofEntries(
          Map.entry("DemoSummary", "a main class of the application"),
          Map.entry("run.JobResult", RESULT),
          Map.entry("run.TerminationMessage", "what a driver's pod says last"),
          Map.entry("run.SupportedSpark", "knows Spark's releases"),
          Map.entry("run.HadoopFiles", "what the application starts with"),
          Map.entry("evaluate.AnswerFiles", "what is judged, as the driver looks before it reads"),
          Map.entry("evaluate.EvaluateResult", RESULT),
          Map.entry("evaluate.Judging", "what the jobs' kinds of evaluation have in common"),
          Map.entry("evaluate.OtherForms", "what is judged, as the driver looks before it reads"),
          Map.entry("evaluate.ReadRow", VALUE),
          Map.entry("evaluate.ScoredPart", VALUE),
          Map.entry("spark.ClusterTrouble", "knows Spark's words"),
          Map.entry("spark.LiteralLocalFiles", "Spark makes it by name"),
          Map.entry("spark.SlotWatch", "waits for Spark's slots, told by its callers"),
          Map.entry("spark.LongWait", "waits for Spark, told by its callers"),
          Map.entry("spark.Meeting", "knows attempts at Spark's stages"),
          Map.entry("predict.PredictResult", RESULT),
          Map.entry("predict.AskedRows", VALUE),
          Map.entry("model.AnsweringSetup", VALUE),
          Map.entry("predict.PromptRow", VALUE),
          Map.entry("tokenize.ChatSetup", VALUE),
          Map.entry("tokenize.KnownRow", VALUE),
          Map.entry("tokenize.RowShapes", "what rows are, as the driver looks before it reads"),
          Map.entry("tokenize.TaskReport", VALUE),
          Map.entry("tokenize.TokenizeResult", RESULT),
          Map.entry("train.OutputFolder", "the output folder as the driver claims it"),
          Map.entry("train.PlanKey", VALUE));

  /** Of the module itself, wherever a build puts its tests. */
  private final JavaClasses classes =
      new ClassFileImporter()
          .importUrl(TrainMain.class.getProtectionDomain().getCodeSource().getLocation());

  @Test
  void noJobKnowsAnother() {
    slices()
        .matching(JOBS + ".(tokenize|train|predict|evaluate|ml)..")
        .should()
        .notDependOnEachOther()
        .check(classes);
  }

  @Test
  void whatJobsShareKnowsNoJob() {
    noClasses()
        .that()
        .resideInAnyPackage(JOBS + ".run..", JOBS + ".spark..", JOBS + ".model..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            JOBS,
            JOBS + ".tokenize..",
            JOBS + ".train..",
            JOBS + ".predict..",
            JOBS + ".evaluate..",
            JOBS + ".ml..")
        .check(classes);
  }

  @Test
  void everyTypeReachesSparkOrSaysWhyItIsHere() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (JavaClass type : classes) {
      Set<String> used = uses.computeIfAbsent(outermost(type), name -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().forEach(d -> used.add(outermost(d.getTargetClass())));
    }
    uses.keySet().removeIf(name -> name.endsWith("package-info"));
    Set<String> without = new TreeSet<>(uses.keySet());
    while (without.removeIf(name -> uses.get(name).stream().anyMatch(u -> reaches(u, without)))) {}
    Set<String> named = new TreeSet<>();
    without.forEach(name -> named.add(name.substring(JOBS.length() + 1)));
    assertEquals(new TreeSet<>(WITHOUT_SPARK.keySet()), named);
  }

  @Test
  void sparkPartsKnowNoStage() {
    noClasses()
        .that()
        .resideInAPackage(JOBS + ".spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            JOBS + ".run..",
            JOBS + ".model..",
            "org.sparklora.tokenize..",
            "org.sparklora.plan..",
            "org.sparklora.train..",
            "org.sparklora.predict..",
            "org.sparklora.evaluate..",
            "org.sparklora.model..",
            "org.sparklora.lora..")
        .check(classes);
  }

  private static boolean reaches(String used, Set<String> without) {
    return used.startsWith("org.apache.spark.")
        || (used.startsWith(JOBS) && !without.contains(used));
  }

  private static String outermost(JavaClass type) {
    String name = type.getBaseComponentType().getName();
    int dollar = name.indexOf('$');
    return dollar < 0 ? name : name.substring(0, dollar);
  }
}
