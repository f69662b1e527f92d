package org.heliogate.device.element;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoftwareSecureElementTest extends SecureElementContract {

  @SuppressWarnings("NullAway.Init") // JUnit sets it.
  @TempDir
  Path directory;

  @Override
  SecureElement open() {
    SoftwareSecureElement.make(directory, new BlankElement(masterId(), PIN, otpSecret()));
    return reopen();
  }

  @Override
  SecureElement reopen() {
    return new SoftwareSecureElement(directory, masterId());
  }

  @Override
  String masterId() {
    return "SE-000001";
  }

  @Test
  void makeWhenDoneThenOnlyTheOwnerReadsTheFiles() throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }
}
