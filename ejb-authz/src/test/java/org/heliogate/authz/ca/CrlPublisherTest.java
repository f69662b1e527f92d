package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.SignedCrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrlPublisherTest {

  private CaFixture ca;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void refreshWhenThereIsNoneThenSignsOneForEachCa() throws Exception {
    ca.publisher.refresh();

    for (String ski : List.of(ca.authorities.issuing().ski(), ca.authorities.root().ski())) {
      PublishedCrl crl = ca.publisher.currentCrl(ski).orElseThrow();
      assertThat(crl.number()).isEqualTo(1);
      assertThat(crl.entityTag()).isEqualTo('"' + ski.substring(0, 8) + "-1\"");
    }
    assertThat(serials(ca)).isEmpty();
  }

  @Test
  void refreshWhenNothingChangedThenSignsNothing() {
    ca.publisher.refresh();
    PublishedCrl first = ca.publisher.currentCrl().orElseThrow();
    ca.clock.advance(Duration.ofHours(11));
    ca.publisher.refresh();

    assertThat(ca.publisher.currentCrl()).containsSame(first);
  }

  @Test
  void refreshWhenSomeWereRevokedThenOneCrlListsAll() throws Exception {
    ca.publisher.refresh();
    for (int i = 0; i < 3; i++) {
      ca.service.issue(CaFixture.order(CaFixture.newKey()));
    }
    ca.run(() -> ca.service.revokeAllOfClient("c-1", RevocationReason.SUPERSEDED));
    ca.publisher.refresh();

    assertThat(ca.publisher.currentCrl().orElseThrow().number()).isEqualTo(2);
    assertThat(serials(ca))
        .containsExactlyInAnyOrderElementsOf(
            ca.all().stream().map(CertificateRecord::serial).toList());
  }

  @Test
  void refreshWhenHalfOfItsLifeIsOverThenSignsAnotherWithTheSameEntries() throws Exception {
    IssuedCertificate issued = ca.service.issue(CaFixture.order(CaFixture.newKey()));
    ca.run(() -> ca.service.revoke("admin", issued.serial(), RevocationReason.SUPERSEDED));
    ca.publisher.refresh();
    ca.clock.advance(Duration.ofHours(12));
    ca.publisher.refresh();

    PublishedCrl crl = ca.publisher.currentCrl().orElseThrow();
    assertThat(crl.number()).isEqualTo(2);
    assertThat(crl.nextUpdate()).isEqualTo(ca.clock.instant().plus(Duration.ofHours(24)));
    assertThat(serials(ca)).containsExactly(issued.serial());
  }

  @Test
  void refreshWhenRevokedOneExpiredLongAgoThenDropsIt() throws Exception {
    IssuedCertificate issued = ca.service.issue(CaFixture.order(CaFixture.newKey()));
    ca.run(() -> ca.service.revoke("admin", issued.serial(), RevocationReason.SUPERSEDED));
    ca.clock.advance(Duration.ofDays(365));
    ca.publisher.refresh();
    assertThat(serials(ca)).containsExactly(issued.serial());
    ca.clock.advance(Duration.ofDays(2));
    ca.publisher.refresh();

    assertThat(serials(ca)).isEmpty();
  }

  @Test
  void refreshWhenAnotherNodeSignedThenTakesItOver() throws Exception {
    CrlPublisher other = new CrlPublisher(ca.authorities, ca.crlLedger, Runnable::run);
    ca.publisher.refresh();
    other.refresh();

    assertThat(other.currentCrl().orElseThrow().der())
        .isEqualTo(ca.publisher.currentCrl().orElseThrow().der());
  }

  @Test
  void claimWhenAnotherSignsThenEmptyUntilItsLeaseIsOver() {
    String ski = ca.authorities.issuing().ski();
    ca.crlLedger.introduce(ski);
    CrlDraft first = ca.crlLedger.claim(ski).orElseThrow();
    assertThat(ca.crlLedger.claim(ski)).isEmpty();
    ca.clock.advance(Duration.ofSeconds(11));
    CrlDraft second = ca.crlLedger.claim(ski).orElseThrow();
    SignedCrl late =
        ca.authorities.issuing().signCrl(first.bigNumber(), first.revoked(), Duration.ofHours(24));

    assertThat(second.number()).isEqualTo(first.number() + 1);
    assertThat(ca.crlLedger.publish(first, late)).isFalse();
  }

  @Test
  void claimWhenRowIsLockedThenEmptyAtOnce() {
    String ski = ca.authorities.issuing().ski();
    ca.crlLedger.introduce(ski);
    Optional<CrlDraft> draft =
        ca.database.inTransaction(
            locker -> {
              locker.createNativeQuery("select issuer_ski from crl for update").getResultList();
              return ca.crlLedger.claim(ski);
            });

    assertThat(draft).isEmpty();
  }

  @Test
  void readWhenCrlIsLongThenPutsThePartsTogether() {
    String ski = ca.authorities.issuing().ski();
    ca.crlLedger.introduce(ski);
    CrlDraft draft = ca.crlLedger.claim(ski).orElseThrow();
    byte[] der = new byte[700_000];
    for (int i = 0; i < der.length; i++) {
      der[i] = (byte) (i * 31 + i / 256);
    }
    ca.crlLedger.publish(
        draft,
        new SignedCrl(
            ski, draft.bigNumber(), ca.clock.instant(), ca.clock.instant().plusSeconds(9), der));

    assertThat(ca.crlLedger.read(ski).orElseThrow().der()).isEqualTo(der);
  }

  @Test
  void publishWhenRepeatedThenOldPartsGo() {
    for (int i = 0; i < 5; i++) {
      ca.publisher.refresh();
      ca.clock.advance(Duration.ofHours(13));
    }

    Object parts =
        ca.in(
            () ->
                ca.entityManager
                    .createNativeQuery(
                        "select count(*) from crl_part where issuer_ski = ?1", Long.class)
                    .setParameter(1, ca.authorities.issuing().ski())
                    .getSingleResult());
    assertThat(parts).isEqualTo(2L);
    assertThat(Set.of(ca.publisher.currentCrl().orElseThrow().number())).containsExactly(5L);
  }

  static List<String> serials(CaFixture ca) throws Exception {
    byte[] der = ca.publisher.currentCrl().orElseThrow().der();
    X509CRL crl =
        (X509CRL)
            CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    crl.verify(ca.authorities.issuing().certificate().getPublicKey());
    Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
    return entries == null
        ? List.of()
        : entries.stream().map(entry -> entry.getSerialNumber().toString(16)).toList();
  }
}
