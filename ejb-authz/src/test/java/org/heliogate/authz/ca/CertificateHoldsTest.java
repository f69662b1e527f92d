package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.audit.AuditRow;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.ca.RevocationReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateHoldsTest {

  private CaFixture ca;
  private CertificateHolds holds;
  private KeyPair key;
  private String serial;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
    holds = ca.holds();
    key = CaFixture.newKey();
    serial = ca.service.issue(CaFixture.order(key)).serial();
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void holdThenListedWithTheReasonAndReleasedThenNotAnyMore() throws Exception {
    Instant heldAt = ca.clock.instant();
    ca.run(() -> holds.hold("admin", serial));
    ca.publisher.refresh();
    CertificateRecord held = ca.record(serial);
    List<String> listed = CrlPublisherTest.serials(ca);
    ca.clock.advance(Duration.ofMinutes(1));
    ca.run(() -> holds.release("admin", serial));
    ca.publisher.refresh();

    assertThat(held.status()).isEqualTo(CertificateStatus.HELD);
    assertThat(held.reason()).isEqualTo("certificate_hold");
    assertThat(held.revokedAt()).isEqualTo(heldAt);
    assertThat(held.heldBy()).isEqualTo(HoldOrigin.OPERATOR);
    assertThat(listed).containsExactly(serial);
    assertThat(CrlPublisherTest.serials(ca)).isEmpty();
    CertificateRecord released = ca.record(serial);
    assertThat(released.status()).isEqualTo(CertificateStatus.ISSUED);
    assertThat(released.reason()).isNull();
    assertThat(released.revokedAt()).isNull();
    assertThat(released.holds()).isEqualTo(1);
    assertThat(ca.events).hasSize(1);
    assertThat(ca.released.fired()).hasSize(1);
    ca.publisher.refresh();
    long number = ca.publisher.currentCrl().orElseThrow().number();
    ca.publisher.refresh();
    assertThat(ca.publisher.currentCrl().orElseThrow().number()).isEqualTo(number);
  }

  @Test
  void holdWhenReleasedWhileTheCrlIsSignedThenTheNextOneFollows() throws Exception {
    String ski = ca.authorities.issuing().ski();
    ca.publisher.refresh();
    ca.run(() -> holds.hold("admin", serial));
    CrlDraft draft = ca.crlLedger.claim(ski, 0).orElseThrow();
    ca.run(() -> holds.release("admin", serial));
    ca.crlLedger.publish(
        draft,
        ca.authorities.issuing().signCrl(draft.bigNumber(), draft.revoked(), Duration.ofHours(24)),
        Optional.empty(),
        ca.clock.instant().plus(Duration.ofHours(12)),
        draft.revoked().size());
    ca.publisher.refresh();

    assertThat(CrlPublisherTest.serials(ca)).isEmpty();
  }

  @Test
  void revokeWhenHeldThenSinceTheHoldAndForItsReason() throws Exception {
    Instant heldAt = ca.clock.instant();
    ca.run(() -> holds.hold("admin", serial));
    ca.publisher.refresh();
    ca.clock.advance(Duration.ofDays(1));
    ca.run(() -> ca.service.revoke("admin", serial, RevocationReason.KEY_COMPROMISE));

    CertificateRecord revoked = ca.record(serial);
    assertThat(revoked.status()).isEqualTo(CertificateStatus.REVOKED);
    assertThat(revoked.reason()).isEqualTo("key_compromise");
    assertThat(revoked.revokedAt()).isEqualTo(heldAt);
    assertThat(revoked.heldBy()).isNull();
    assertThat(ca.in(() -> ca.crlLedger.due(Set.of(revoked.issuerSki()), Set.of())))
        .containsExactly(revoked.issuerSki());
    refused(() -> holds.hold("admin", serial), ErrorCode.CONFLICT);
    refused(() -> holds.release("admin", serial), ErrorCode.CONFLICT);
  }

  @Test
  void issueWhenTheKeysCertificateIsHeldThenRefusedUntilReleased() throws Exception {
    CertificateOrder order = CaFixture.order(key);
    ca.run(() -> holds.hold("admin", serial));
    assertThatThrownBy(() -> ca.service.issue(order))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_DENIED));
    ca.run(() -> holds.release("admin", serial));
    assertThat(ca.service.issue(order).serial()).isEqualTo(serial);
  }

  @Test
  void actWhenRepeatedThenOneAuditRowEach() {
    for (int i = 0; i < 2; i++) {
      ca.run(() -> holds.hold("admin", serial));
    }
    for (int i = 0; i < 2; i++) {
      ca.run(() -> holds.release("admin", serial));
    }
    assertThat(ca.in(() -> ca.audit.list(Long.MAX_VALUE, 10)))
        .extracting(AuditRow::action)
        .containsExactly("certificate.release", "certificate.hold", "certificate.issue");
  }

  @Test
  void holdWhenUnknownExpiredOrACaThenRefused() {
    refused(() -> holds.hold("admin", "abc"), ErrorCode.NOT_FOUND);
    ca.clock.advance(Duration.ofDays(400));
    refused(() -> holds.hold("admin", serial), ErrorCode.CONFLICT);
  }

  @Test
  void resumeThenReleasesOnlyWhatTheSuspensionHeld() throws Exception {
    String operators = ca.service.issue(CaFixture.order(CaFixture.newKey())).serial();
    String taken = ca.service.issue(CaFixture.order(CaFixture.newKey())).serial();
    ca.run(() -> holds.hold("admin", operators));
    ca.run(() -> holds.holdAllOf(List.of("c-1")));
    ca.run(() -> holds.hold("admin", taken));
    assertThat(ca.record(serial).heldBy()).isEqualTo(HoldOrigin.SUSPENSION);
    ca.clock.advance(Duration.ofDays(400));
    ca.run(() -> holds.releaseAllOf(List.of("c-1")));

    assertThat(ca.record(serial).status()).isEqualTo(CertificateStatus.ISSUED);
    assertThat(ca.record(operators).status()).isEqualTo(CertificateStatus.HELD);
    assertThat(ca.record(taken).status()).isEqualTo(CertificateStatus.HELD);
  }

  @Test
  void suspendWhenACertificateIsBeingSignedThenItIsNeverHandedOut() throws Exception {
    CertificateOrder order = CaFixture.order(CaFixture.newKey());
    CertificateService service =
        ca.serviceWith(
            ca.authorities,
            ca.new Ledger() {
              @Override
              public List<IssuanceOutcome> take(List<IssuanceStep> steps) {
                if (steps.get(0) instanceof SignedIntent) {
                  ca.run(() -> holds.holdAllOf(List.of("c-1")));
                }
                return super.take(steps);
              }
            });
    assertThatThrownBy(() -> service.issue(order)).isInstanceOf(RequestException.class);
    assertThat(ca.all())
        .extracting(CertificateRecord::status)
        .containsExactly(CertificateStatus.ORPHANED, CertificateStatus.HELD);
  }

  @Test
  void actWhenTheDeviceIsSuspendedThenNeitherReleasesNorIssues() throws Exception {
    ca.run(
        () -> {
          DeviceEntity device =
              new DeviceEntity(
                  "SE-1", "key", null, null, Map.of(), List.of(), "hash", ca.clock.instant());
          device.setStanding(Standing.SUSPENDED, ca.clock.instant());
          ca.entityManager.persist(device);
          ca.entityManager.find(ClientEntity.class, "c-1").setOrigin("SE-1", "w");
        });
    ca.run(() -> holds.hold("admin", serial));
    refused(() -> holds.release("admin", serial), ErrorCode.CONFLICT);
    CertificateOrder order = CaFixture.order(CaFixture.newKey());
    assertThatThrownBy(() -> ca.service.issue(order))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_DENIED));
  }

  private void refused(Runnable action, ErrorCode code) {
    assertThatThrownBy(() -> ca.run(action))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
