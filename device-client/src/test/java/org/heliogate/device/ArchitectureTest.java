package org.heliogate.device;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
    packages = "org.heliogate.device",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("org.heliogate.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule OTHER_MODULES_ARE_REACHED_OVER_THE_NETWORK_ONLY =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.heliogate.authz..", "org.heliogate.spi..", "org.heliogate.hsm..", "jakarta..");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_KNOWS_PICOCLI =
      noClasses()
          .that()
          .resideOutsideOfPackage("..cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "..cli..");

  @ArchTest
  static final ArchRule ONLY_MQTT_KNOWS_ITS_CLIENT =
      noClasses()
          .that()
          .resideOutsideOfPackage("..device.mqtt..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.hivemq..", "io.reactivex..", "io.netty..");

  @ArchTest
  static final ArchRule TIME_IS_INJECTED =
      noClasses()
          .that()
          .resideOutsideOfPackage("..cli..")
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC");

  @ArchTest
  static final ArchRule ELEMENTS_KNOW_NO_NETWORK =
      classes()
          .that()
          .resideInAPackage("..element..")
          .should()
          .onlyAccessClassesThat()
          .resideOutsideOfPackages("..http..", "..mqtt..", "java.net.http..");
}
