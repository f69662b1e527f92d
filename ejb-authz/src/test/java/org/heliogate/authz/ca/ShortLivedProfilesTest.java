package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.heliogate.hsm.ca.CertificateProfile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShortLivedProfilesTest {

  @Test
  void ofWhenNoneIsNamedThenLeavesEveryProfile() {
    assertThat(new ShortLivedProfiles(" ").of(CertificateProfile.DEVICE_CLIENT))
        .isEqualTo(CertificateProfile.DEVICE_CLIENT);
  }

  @Test
  void ofWhenNamedThenIsTheShortLivedForm() {
    ShortLivedProfiles profiles = new ShortLivedProfiles("device-client  application-client");

    assertThat(profiles.of(CertificateProfile.DEVICE_CLIENT).name())
        .isEqualTo("device-client-short-lived");
    assertThat(profiles.of(CertificateProfile.APPLICATION_CLIENT).name())
        .isEqualTo("application-client-short-lived");
    assertThat(profiles.of(CertificateProfile.PROXY_CLIENT))
        .isEqualTo(CertificateProfile.PROXY_CLIENT);
  }

  @Test
  void newWhenProfileHasNoShortLivedFormThenRefuses() {
    assertThatThrownBy(() -> new ShortLivedProfiles("server"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("server");
  }

  @Test
  void issueWhenDevicesAreNamedThenCertificateLivesForADay(@TempDir Path directory)
      throws Exception {
    try (CaFixture ca = new CaFixture(directory, null)) {
      CertificateService service = ca.serviceWithShortLived("device-client");
      IssuedCertificate issued = service.issue(CaFixture.order(CaFixture.newKey()));

      assertThat(Duration.between(issued.notBefore(), issued.notAfter()))
          .isEqualTo(Duration.ofHours(24));
      assertThat(ca.record(issued.serial()).profile()).isEqualTo("device-client-short-lived");
      assertThat(ca.record(issued.serial()).profileVersion()).isEqualTo(1);
    }
  }
}
