package org.heliogate.rar.mqtt;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(
    packages = "org.heliogate.rar.mqtt",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** Of Heliogate, the adapter knows the SPI alone. */
  @ArchTest
  static final ArchRule ONLY_SPI =
      noClasses()
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("org.heliogate..")
                  .and(
                      JavaClass.Predicates.resideOutsideOfPackages(
                          "org.heliogate.spi", "org.heliogate.rar.mqtt")));

  /** Paho stays behind the link. */
  @ArchTest
  static final ArchRule PAHO_BEHIND_LINK =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.(BrokerLink|BrokerFailure)(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.eclipse.paho..");

  /** What talks to the broker knows nothing of the container, but for what a request may carry. */
  @ArchTest
  static final ArchRule CONTAINER_IN_FRONT =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.(Mqtt.*|DirectConnections.*|SignOn)")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("jakarta..");

  /** What the deployment descriptor names, or a component may see, is public; nothing else. */
  @ArchTest
  static final ArchRule SMALL_SURFACE =
      classes()
          .that()
          .arePublic()
          .should()
          .haveNameMatching(
              ".*\\.Mqtt(ResourceAdapter|ManagedConnectionFactory|Configuration|ConnectionFactory)");

  /** Time is measured, never told: nothing here depends on the date. */
  @ArchTest
  static final ArchRule NO_WALL_CLOCK =
      noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.time.Instant");
}
