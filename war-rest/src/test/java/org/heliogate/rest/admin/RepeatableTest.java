package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.ws.rs.POST;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.junit.jupiter.api.Test;

class RepeatableTest {

  /** Those that have the same effect whenever they are repeated, or none. */
  private static final Set<String> OTHERS =
      Set.of(
          "DevicesResource.load",
          "WorkflowsResource.plan",
          "CertificatesResource.revoke",
          "CertificatesResource.suspend");

  @Test
  void keyWhenAPostWouldDoItAgainThenAmongItsParameters() {
    assertThat(
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(RepeatableTest.class.getPackageName())
                    .stream()
                    .map(JavaClass::reflect)
                    .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                    .filter(method -> method.isAnnotationPresent(POST.class))
                    .filter(method -> !takesKey(method))
                    .map(
                        method ->
                            method.getDeclaringClass().getSimpleName() + '.' + method.getName()))
        .containsExactlyInAnyOrderElementsOf(OTHERS);
  }

  private static boolean takesKey(Method method) {
    return Arrays.stream(method.getAnnotationsByType(Parameter.class))
        .anyMatch(parameter -> parameter.name().equals("Idempotency-Key"));
  }
}
