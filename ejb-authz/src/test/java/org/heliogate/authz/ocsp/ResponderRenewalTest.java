package org.heliogate.authz.ocsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.heliogate.authz.ca.Authorities;
import org.heliogate.authz.ca.CaFixture;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.PkiLocations;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResponderRenewalTest {

  private CaFixture ca;
  private OcspNode node;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
    node = new OcspNode(ca);
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void runWhenThereIsNoneThenMakesOneForTheIssuingAuthorityOnly() {
    node.renewal.run();
    node.renewal.run();

    assertThat(node.store.load())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.issuerSki()).isEqualTo(ca.authorities.issuing().ski());
              assertThat(one.id()).matches("ocsp-[0-9a-f]{16}");
              assertThat(one.certificate().getSubjectX500Principal().getName())
                  .isEqualTo("CN=" + one.id() + ",OU=OCSP,O=Grid");
            });
  }

  @Test
  void runWhenHalfOfItsLifeIsOverThenAnotherFollowsAndTheOldOneGoes() {
    node.renewal.run();
    StoredResponder first = node.store.load().get(0);
    ca.clock.advance(Duration.ofDays(6));
    node.renewal.run();
    assertThat(node.store.load()).hasSize(1);
    ca.clock.advance(Duration.ofDays(1));
    node.renewal.run();
    assertThat(node.store.load()).hasSize(2);
    ca.clock.advance(Duration.ofMinutes(11));
    node.renewal.run();

    assertThat(node.store.load())
        .singleElement()
        .satisfies(one -> assertThat(one.number()).isEqualTo(first.number() + 1));
    assertThat(node.responders.of(ca.authorities.issuing().ski())).isPresent();
  }

  @Test
  void runWhenTheAuthorityEndsThenItsLastResponderIsNotFollowed() {
    CertificateIssuer issuing = ca.authorities.issuing();
    ca.clock.advance(
        Duration.between(
            ca.clock.instant(),
            issuing.certificate().getNotAfter().toInstant().minus(Duration.ofDays(2))));
    node.renewal.run();
    ca.clock.advance(Duration.ofDays(1).plusHours(12));
    node.renewal.run();

    assertThat(node.store.load()).hasSize(1);
  }

  @Test
  void runWhenAnotherNodeIsAtItThenLeavesItThatAndHelpsAfterAWhile() {
    node.store.announce("ocsp-0000000000000000", ca.authorities.issuing().ski(), 1);
    node.renewal.run();
    assertThat(node.store.load()).isEmpty();
    ca.clock.advance(Duration.ofMinutes(3));
    node.renewal.run();

    assertThat(node.store.load()).hasSize(1);
  }

  @Test
  void runWhenOneAuthorityFailsInAnyWayThenTheOtherHasItsResponderAndNoPairIsLeft()
      throws Exception {
    CertificateIssuer good = ca.authorities.issuing();
    CertificateIssuer bad = bad();
    Authorities both =
        new Authorities(ca.keys, ca.settings, ca.clock) {
          @Override
          public List<CertificateIssuer> all() {
            return List.of(bad, good);
          }
        };
    OcspNode other = new OcspNode(ca, both);
    for (int i = 0; i < 3; i++) {
      other.renewal.run();
    }

    assertThat(other.store.load())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.issuerSki()).isEqualTo(good.ski());
              assertThat(other.pairs).containsExactly(one.id());
            });
  }

  /** A CA that fails in a way that nobody has thought of. */
  private CertificateIssuer bad() throws Exception {
    CertificateIssuer root = ca.authorities.root();
    X509Certificate certificate =
        root.sign(
            root.prepare(
                CertificateProfile.ISSUING_CA,
                CertificateHolder.authority("Bad", "Grid"),
                CaFixture.newKey().getPublic()));
    return new CertificateIssuer(
        certificate,
        tbs -> {
          throw new IllegalArgumentException("nobody has thought of this");
        },
        new PkiLocations(URI.create("http://localhost:8080/pki"), true),
        ca.clock);
  }

  @Test
  void runWhenMadeThenOtherNodesHearOfItAndCertificateIsInTheInventory() {
    node.renewal.run();
    StoredResponder made = node.store.load().get(0);

    assertThat(node.store.events.fired())
        .anySatisfy(notice -> assertThat(notice.subject()).isEqualTo(made.id()));
    List<CertificateEntity> stored =
        ca.in(
            () ->
                ca.entityManager
                    .createQuery(
                        "select c from CertificateEntity c where c.profile = 'ocsp-responder'",
                        CertificateEntity.class)
                    .getResultList());
    assertThat(stored)
        .singleElement()
        .satisfies(one -> assertThat(one.serial()).isEqualTo(made.serial()));
  }
}
