package org.heliogate.rest;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
    packages = "org.heliogate.rest",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.heliogate.rest.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule THE_PARTS_SHARE_ONLY_THE_WIRE =
      slices()
          .matching("org.heliogate.rest.(*)..")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              resideInAPackage("org.heliogate.rest.."),
              resideInAPackage("org.heliogate.rest.wire"));

  @ArchTest
  static final ArchRule THE_DATABASE_IS_BEHIND_THE_SERVICES =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..jpa..", "jakarta.persistence..", "java.sql..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("jakarta.transaction.Transactional");

  @ArchTest
  static final ArchRule OF_RESOURCE_SERVERS_ONLY_DESCRIPTIONS_ARE_KNOWN =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("org.heliogate.spi..")
                  .and(
                      not(
                          simpleName("SecurityProfile")
                              .or(simpleName("Type"))
                              .or(simpleName("ResourceServerDescription")))));

  @ArchTest
  static final ArchRule THE_HSM_IS_UNKNOWN =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.heliogate.hsm..");

  @ArchTest
  static final ArchRule ADAPTERS_ARE_UNKNOWN =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.heliogate.rar..", "jakarta.resource..");

  @ArchTest
  static final ArchRule TIME_IS_INJECTED =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
