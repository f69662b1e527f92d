package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.RevocationReason;
import org.heliogate.hsm.ca.SignedCrl;
import org.heliogate.hsm.ca.TbsSigner;
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
    settle();
    PublishedCrl first = ca.publisher.currentCrl().orElseThrow();
    ca.clock.advance(Duration.ofHours(11));
    ca.publisher.refresh();

    assertThat(ca.publisher.currentCrl()).containsSame(first);
  }

  @Test
  void refreshWhenSomeWereRevokedThenOneCrlListsAll() throws Exception {
    settle();
    for (int i = 0; i < 3; i++) {
      ca.service.issue(CaFixture.order(CaFixture.newKey()));
    }
    ca.run(() -> ca.service.revokeAllOf(List.of("c-1"), RevocationReason.SUPERSEDED));
    ca.publisher.refresh();

    assertThat(ca.publisher.currentCrl().orElseThrow().number()).isEqualTo(3);
    assertThat(serials(ca))
        .containsExactlyInAnyOrderElementsOf(
            ca.all().stream().map(CertificateRecord::serial).toList());
  }

  @Test
  void refreshWhenHalfADayIsOverThenSignsAnotherWithTheSameEntries() throws Exception {
    IssuedCertificate issued = ca.service.issue(CaFixture.order(CaFixture.newKey()));
    ca.run(() -> ca.service.revoke("admin", issued.serial(), RevocationReason.SUPERSEDED));
    settle();
    ca.clock.advance(Duration.ofHours(12));
    settle();

    PublishedCrl crl = ca.publisher.currentCrl().orElseThrow();
    assertThat(crl.number()).isEqualTo(4);
    assertThat(crl.nextUpdate()).isEqualTo(ca.clock.instant().plus(Duration.ofDays(7)));
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
    CrlPublisher other = new CrlPublisher(ca.authorities, ca.crlLedger, Runnable::run, ca.clock);
    settle();
    other.refresh();

    assertThat(other.currentCrl().orElseThrow().der())
        .isEqualTo(ca.publisher.currentCrl().orElseThrow().der());
  }

  @Test
  void claimWhenAnotherSignsThenEmptyUntilItsLeaseIsOver() {
    String ski = ca.authorities.issuing().ski();
    ca.crlLedger.introduce(ski);
    CrlDraft first = ca.crlLedger.claim(ski, 0).orElseThrow();
    assertThat(ca.crlLedger.claim(ski, 0)).isEmpty();
    ca.clock.advance(Duration.ofSeconds(11));
    CrlDraft second = ca.crlLedger.claim(ski, 0).orElseThrow();
    SignedCrl late =
        ca.authorities.issuing().signCrl(first.bigNumber(), first.revoked(), Duration.ofHours(24));

    assertThat(second.number()).isEqualTo(first.number() + 1);
    assertThat(publish(first, late)).isFalse();
  }

  @Test
  void claimWhenRowIsLockedThenEmptyAtOnce() {
    String ski = ca.authorities.issuing().ski();
    ca.crlLedger.introduce(ski);
    Optional<CrlDraft> draft =
        ca.database.inTransaction(
            locker -> {
              locker.createNativeQuery("select issuer_ski from crl for update").getResultList();
              return ca.crlLedger.claim(ski, 0);
            });

    assertThat(draft).isEmpty();
  }

  @Test
  void readWhenCrlIsLongThenPutsThePartsTogether() {
    String ski = ca.authorities.issuing().ski();
    ca.crlLedger.introduce(ski);
    CrlDraft draft = ca.crlLedger.claim(ski, 0).orElseThrow();
    byte[] der = new byte[700_000];
    for (int i = 0; i < der.length; i++) {
      der[i] = (byte) (i * 31 + i / 256);
    }
    publish(
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

  @Test
  void refreshWhenChangedThenTheDeltaHasWhatChangedSinceTheBase() throws Exception {
    String early = revoked(RevocationReason.SUPERSEDED);
    settle();
    X509CRL full = full();
    assertThat(extension(full, "2.5.29.46")).as("freshest CRL").contains("/delta");
    assertThat(delta().getRevokedCertificates()).isNull();
    String late = revoked(RevocationReason.KEY_COMPROMISE);
    ca.publisher.refresh();

    X509CRL delta = delta();
    assertThat(delta.getCriticalExtensionOIDs()).containsExactly("2.5.29.27");
    assertThat(delta.getThisUpdate()).isEqualTo(full().getThisUpdate());
    assertThat(number(delta)).isEqualTo(number(full()));
    assertThat(serials(delta)).containsExactly(late);
    assertThat(serials(ca)).containsExactlyInAnyOrder(early, late);
    ca.clock.advance(Duration.ofHours(12));
    settle();
    assertThat(delta().getRevokedCertificates()).as("a new base").isNull();
    assertThat(serials(ca)).containsExactlyInAnyOrder(early, late);
  }

  @Test
  void refreshWhenReleasedThenTheDeltaTakesItFromTheBase() throws Exception {
    String serial = ca.service.issue(CaFixture.order(CaFixture.newKey())).serial();
    ca.run(() -> ca.holds().hold("admin", serial));
    settle();
    assertThat(serials(ca)).containsExactly(serial);
    ca.run(() -> ca.holds().release("admin", serial));
    ca.publisher.refresh();

    assertThat(serials(ca)).isEmpty();
    assertThat(delta().getRevokedCertificate(new BigInteger(serial, 16)).getRevocationReason())
        .isEqualTo(CRLReason.REMOVE_FROM_CRL);
    ca.run(() -> ca.holds().hold("admin", serial));
    ca.publisher.refresh();
    assertThat(delta().getRevokedCertificate(new BigInteger(serial, 16)).getRevocationReason())
        .isEqualTo(CRLReason.CERTIFICATE_HOLD);
    ca.run(() -> ca.service.revoke("admin", serial, RevocationReason.KEY_COMPROMISE));
    ca.publisher.refresh();
    assertThat(serials(ca)).as("once, for its last reason").containsExactly(serial);
    assertThat(full().getRevokedCertificate(new BigInteger(serial, 16)).getRevocationReason())
        .isEqualTo(CRLReason.KEY_COMPROMISE);
  }

  @Test
  void refreshWhenTheStoredCrlWasChangedThenMakesItAnew() throws Exception {
    String serial = revoked(RevocationReason.SUPERSEDED);
    settle();
    byte[] changed = ca.publisher.currentCrl().orElseThrow().der().clone();
    changed[changed.length / 2] ^= 1;
    ca.run(
        () ->
            ca.entityManager
                .createNativeQuery("update crl_part set content = ?1 where issuer_ski = ?2")
                .setParameter(1, changed)
                .setParameter(2, ca.authorities.issuing().ski())
                .executeUpdate());
    CrlPublisher restarted =
        new CrlPublisher(ca.authorities, ca.crlLedger, Runnable::run, ca.clock);
    String late = revoked(RevocationReason.SUPERSEDED);
    restarted.refresh();

    byte[] der = restarted.currentCrl().orElseThrow().der();
    X509CRL crl = parsed(der);
    crl.verify(ca.authorities.issuing().certificate().getPublicKey());
    assertThat(serials(crl)).containsExactlyInAnyOrder(serial, late);
  }

  @Test
  void refreshWhenOneOfManyIsRevokedThenAsksForTheChangesOnly() throws Exception {
    settle();
    revoked(RevocationReason.SUPERSEDED);
    ca.publisher.refresh();
    long before = ca.database.statements();
    revoked(RevocationReason.SUPERSEDED);
    long issued = ca.database.statements();
    ca.publisher.refresh();

    assertThat(ca.database.statements() - issued)
        .as("whatever the number of entries; %d for the revocation", issued - before)
        .isLessThan(25);
  }

  @Test
  void refreshWhenOneSignatureFailsThenTheNextLookSigns() throws Exception {
    settle();
    Failing hsm = new Failing(ca);
    CrlPublisher publisher = new CrlPublisher(hsm, ca.crlLedger, Runnable::run, ca.clock);
    String serial = revoked(RevocationReason.KEY_COMPROMISE);
    hsm.fails = true;
    assertThatThrownBy(publisher::refresh).isInstanceOf(HsmUnavailableException.class);
    hsm.fails = false;
    publisher.refresh();

    assertThat(serials(parsed(publisher.currentCrl().orElseThrow().der()))).containsExactly(serial);
  }

  @Test
  void refreshWhenOneNodeCannotSignThenAnotherDoesAtOnceAndTheFirstTriesLessOften()
      throws Exception {
    settle();
    Failing hsm = new Failing(ca);
    CrlPublisher publisher = new CrlPublisher(hsm, ca.crlLedger, Runnable::run, ca.clock);
    String serial = revoked(RevocationReason.KEY_COMPROMISE);
    hsm.fails = true;
    for (int i = 0; i < 20; i++) {
      publisher.poll();
    }
    assertThat(hsm.attempts).isEqualTo(2);
    ca.publisher.refresh();

    assertThat(serials(ca)).containsExactly(serial);
    ca.clock.advance(Duration.ofSeconds(1));
    revoked(RevocationReason.SUPERSEDED);
    publisher.poll();
    assertThat(hsm.attempts).isEqualTo(3);
  }

  @Test
  void giveBackWhenAnotherWasGivenALaterNumberThenItsLeaseStays() {
    String ski = ca.authorities.issuing().ski();
    ca.crlLedger.introduce(ski);
    CrlDraft first = ca.crlLedger.claim(ski, 0).orElseThrow();
    ca.clock.advance(Duration.ofSeconds(11));
    CrlDraft second = ca.crlLedger.claim(ski, 0).orElseThrow();
    ca.crlLedger.giveBack(first);
    assertThat(ca.crlLedger.claim(ski, 0)).isEmpty();
    ca.crlLedger.giveBack(second);

    assertThat(ca.crlLedger.claim(ski, 0)).isPresent();
  }

  /** The CAs as a node sees them whose token fails now and then. */
  private static final class Failing extends Authorities {
    private final CaFixture ca;
    private boolean fails;
    private int attempts;

    Failing(CaFixture ca) {
      super(ca.keys, ca.settings, ca.clock);
      this.ca = ca;
    }

    @Override
    public List<CertificateIssuer> all() {
      return List.of(
          new CertificateIssuer(
              ca.authorities.issuing().certificate(),
              tbs -> {
                attempts++;
                if (fails) {
                  throw new HsmUnavailableException(
                      HsmUnavailableException.Reason.FAULT, "the token fails", null);
                }
                return TbsSigner.of(ca.keys, TokenKeys.ISSUING).sign(tbs);
              },
              new PkiLocations(URI.create(ca.settings.pkiUri()), true),
              ca.clock));
    }
  }

  /** A CRL that is made of all entries, and the delta to it. */
  private void settle() {
    ca.publisher.refresh();
    ca.publisher.refresh();
  }

  private String revoked(RevocationReason reason) throws Exception {
    String serial = ca.service.issue(CaFixture.order(CaFixture.newKey())).serial();
    ca.run(() -> ca.service.revoke("admin", serial, reason));
    return serial;
  }

  private boolean publish(CrlDraft draft, SignedCrl signed) {
    return ca.crlLedger.publish(
        draft, signed, Optional.empty(), ca.clock.instant().plus(Duration.ofHours(12)), 0);
  }

  private X509CRL full() throws Exception {
    return parsed(ca.publisher.currentCrl().orElseThrow().der());
  }

  private X509CRL delta() throws Exception {
    X509CRL delta =
        parsed(ca.publisher.currentDelta(ca.authorities.issuing().ski()).orElseThrow().der());
    delta.verify(ca.authorities.issuing().certificate().getPublicKey());
    return delta;
  }

  private static X509CRL parsed(byte[] der) throws Exception {
    return (X509CRL)
        CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
  }

  private static String extension(X509CRL crl, String oid) {
    return new String(crl.getExtensionValue(oid), StandardCharsets.ISO_8859_1);
  }

  private static String number(X509CRL crl) {
    return extension(crl, "2.5.29.20");
  }

  private static List<String> serials(X509CRL crl) {
    Set<? extends X509CRLEntry> entries = crl.getRevokedCertificates();
    return entries == null
        ? List.of()
        : entries.stream().map(entry -> entry.getSerialNumber().toString(16)).toList();
  }

  static List<String> serials(CaFixture ca) throws Exception {
    byte[] der = ca.publisher.currentCrl().orElseThrow().der();
    X509CRL crl =
        (X509CRL)
            CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    crl.verify(ca.authorities.issuing().certificate().getPublicKey());
    return serials(crl);
  }
}
