package org.heliogate.authz;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
    packages = "org.heliogate.authz",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule featuresHaveNoCycles =
      slices().matching("org.heliogate.authz.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule webStaysInTheWebModules =
      noClasses().should().dependOnClassesThat().resideInAPackage("jakarta.ws.rs..");

  /** On Java 17 a clock that ticks faster than a millisecond divides by zero there. */
  @ArchTest
  static final ArchRule clocksAreAskedForInstants =
      noClasses().should().callMethod(Clock.class, "millis");

  @ArchTest
  static final ArchRule connectorsStayBehindTheSpi =
      noClasses().should().dependOnClassesThat().resideInAPackage("jakarta.resource..");

  @ArchTest
  static final ArchRule adaptersAreUnknown =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.heliogate.rar..");

  @ArchTest
  static final ArchRule entitiesStayInJpaPackages =
      noClasses()
          .that()
          .resideOutsideOfPackage("..jpa..")
          .should()
          .beAnnotatedWith("jakarta.persistence.Entity");

  @ArchTest
  static final ArchRule timeComesFromTheClock =
      noClasses().should().callMethod(Instant.class, "now");
}
