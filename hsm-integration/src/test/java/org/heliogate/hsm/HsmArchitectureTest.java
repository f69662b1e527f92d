package org.heliogate.hsm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.security.Security;
import java.time.Clock;
import java.time.Instant;

@AnalyzeClasses(
    packages = "org.heliogate.hsm",
    importOptions = ImportOption.DoNotIncludeTests.class)
class HsmArchitectureTest {

  @ArchTest
  static final ArchRule providersAreNeverRegistered =
      noClasses()
          .should()
          .callMethod(Security.class, "addProvider", java.security.Provider.class)
          .orShould()
          .callMethod(Security.class, "insertProviderAt", java.security.Provider.class, int.class);

  @ArchTest
  static final ArchRule timeComesFromTheClock =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemDefaultZone");

  @ArchTest
  static final ArchRule serverNeedsNoPicocli =
      noClasses()
          .that()
          .resideOutsideOfPackages("..offline..", "..crl..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "..offline..", "..crl..");

  @ArchTest
  static final ArchRule onlyProfilesAreJson =
      noClasses()
          .that()
          .resideOutsideOfPackages("..offline..")
          .and()
          .doNotHaveSimpleName("ProfileDocument")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.fasterxml..");

  @ArchTest
  static final ArchRule updaterNeedsTheJdkOnly =
      noClasses()
          .that()
          .resideInAPackage("..crl..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.bouncycastle..", "com.fasterxml..", "..offline..");

  @ArchTest
  static final ArchRule onlyTheElytronSourceKnowsTheServer =
      noClasses()
          .that()
          .doNotHaveSimpleName("ElytronKeyStoreSource")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.jboss..", "org.wildfly..", "jakarta..");
}
