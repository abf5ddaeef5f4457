package org.sparklora.jobs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** {@code jobs.spark} holds what jobs need of Spark; it knows no job and no stage. */
class TestJobsArchitecture {
  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.sparklora.jobs");

  @Test
  void sparkPartsKnowNoJob() {
    noClasses()
        .that()
        .resideInAPackage("org.sparklora.jobs.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.sparklora.jobs",
            "org.sparklora.tokenize..",
            "org.sparklora.plan..",
            "org.sparklora.train..",
            "org.sparklora.predict..",
            "org.sparklora.model..",
            "org.sparklora.lora..")
        .check(classes);
  }
}
