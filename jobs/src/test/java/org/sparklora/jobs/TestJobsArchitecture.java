package org.sparklora.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * Three jobs that know nothing of each other, over {@code jobs.run}; {@code jobs.spark} holds what
 * they need of Spark and knows no job and no stage.
 */
class TestJobsArchitecture {
  private static final String JOBS = "org.sparklora.jobs";

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(JOBS);

  @Test
  void noJobKnowsAnother() {
    slices()
        .matching(JOBS + ".(tokenize|train|predict)..")
        .should()
        .notDependOnEachOther()
        .check(classes);
  }

  @Test
  void whatJobsShareKnowsNoJob() {
    noClasses()
        .that()
        .resideInAnyPackage(JOBS + ".run..", JOBS + ".spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(JOBS, JOBS + ".tokenize..", JOBS + ".train..", JOBS + ".predict..")
        .check(classes);
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
            "org.sparklora.tokenize..",
            "org.sparklora.plan..",
            "org.sparklora.train..",
            "org.sparklora.predict..",
            "org.sparklora.model..",
            "org.sparklora.lora..")
        .check(classes);
  }
}
