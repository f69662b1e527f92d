package org.heliogate.authz.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.heliogate.authz.audit.AuditRow;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.ca.RevocationReason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateServiceTest {

  private CaFixture ca;
  private KeyPair key;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
    key = CaFixture.newKey();
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void issueWhenFirstThenStoresAndAudits() throws Exception {
    IssuedCertificate issued = ca.service.issue(CaFixture.order(key));

    assertThat(issued.subject()).isEqualTo("CN=" + CaFixture.USERNAME);
    assertThat(issued.certificatePem()).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(issued.caCertificatesPem()).contains("-----END CERTIFICATE-----\n-----BEGIN");
    CertificateRecord record = ca.record(issued.serial());
    assertThat(record.status()).isEqualTo(CertificateStatus.ISSUED);
    assertThat(record.clientId()).isEqualTo("c-1");
    assertThat(record.masterId()).isEqualTo("SE-1");
    assertThat(ca.in(() -> ca.inventory().pem(issued.serial()))).contains(issued.certificatePem());
    assertThat(ca.in(() -> ca.audit.list(Long.MAX_VALUE, 10)))
        .extracting(AuditRow::action)
        .containsExactly("certificate.issue");
  }

  @Test
  void issueWhenSameKeyAgainThenAnswersTheSame() throws Exception {
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(Duration.ofDays(30));

    assertThat(ca.service.issue(CaFixture.order(key))).isEqualTo(first);
    assertThat(ca.all()).hasSize(1);
  }

  @Test
  void issueWhenAnotherKeyThenIssuesAnother() throws Exception {
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));

    assertThat(ca.service.issue(CaFixture.order(CaFixture.newKey())).serial())
        .isNotEqualTo(first.serial());
  }

  @Test
  void issueWhenRevokedOrExpiredThenIssuesAnother() throws Exception {
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));
    ca.run(() -> ca.service.revoke("admin", first.serial(), RevocationReason.SUPERSEDED));
    IssuedCertificate second = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(Duration.ofDays(366));
    IssuedCertificate third = ca.service.issue(CaFixture.order(key));

    assertThat(Set.of(first.serial(), second.serial(), third.serial())).hasSize(3);
  }

  @Test
  void issueWhenTheKeyWasReportedAsCompromisedThenRefusedForWhomeverForEver() throws Exception {
    PreparedOrder waiting = ca.service.prepare(CaFixture.order(key));
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));
    ca.run(() -> ca.service.revoke("admin", first.serial(), RevocationReason.KEY_COMPROMISE));
    ca.clock.advance(Duration.ofDays(366));

    assertRefused(() -> ca.service.issue(waiting));
    assertRefused(() -> ca.service.renew(CaFixture.order(key)));
    assertRefused(() -> ca.service.prepare(CaFixture.order(key)));
    assertThat(ca.all()).hasSize(1);
  }

  private static void assertRefused(ThrowingCallable order) {
    assertThatThrownBy(order)
        .isInstanceOfSatisfying(
            RequestException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST));
  }

  @Test
  void renewWhenMoreThanAThirdIsLeftThenAnswersTheSame() throws Exception {
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(third(first).multipliedBy(2).minusMinutes(6));

    assertThat(ca.service.renew(CaFixture.order(key))).isEqualTo(first);
    assertThat(ca.all()).hasSize(1);
  }

  @Test
  void renewWhenAThirdIsLeftThenFollowedByOneThatEndsLaterAndBothAreGood() throws Exception {
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(third(first).multipliedBy(2));
    IssuedCertificate second = ca.service.renew(CaFixture.order(key));

    assertThat(second.serial()).isNotEqualTo(first.serial());
    assertThat(second.notAfter()).isAfter(first.notAfter());
    assertThat(ca.all())
        .extracting(CertificateRecord::status)
        .containsExactly(CertificateStatus.ISSUED, CertificateStatus.ISSUED);
    assertThat(ca.service.renew(CaFixture.order(key))).isEqualTo(second);
    assertThat(ca.service.issue(CaFixture.order(key))).isEqualTo(second);
  }

  @Test
  void issueWhenAThirdIsLeftThenAnswersTheSame() throws Exception {
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(third(first).multipliedBy(2));

    assertThat(ca.service.issue(CaFixture.order(key))).isEqualTo(first);
  }

  @Test
  void renewWhenTheIssuerItselfEndsThenThereIsNothingToGain() throws Exception {
    IssuedCertificate last = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(Duration.ofDays(3652 - 100));
    IssuedCertificate cut = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(third(cut).multipliedBy(2));

    assertThat(cut.serial()).isNotEqualTo(last.serial());
    assertThat(ca.service.renew(CaFixture.order(key))).isEqualTo(cut);
  }

  @Test
  void renewWhenManyAskAtOnceThenOneMoreCertificate() throws Exception {
    IssuedCertificate first = ca.service.issue(CaFixture.order(key));
    ca.clock.advance(third(first).multipliedBy(2));
    CertificateOrder order = CaFixture.order(key);
    Set<String> serials = new HashSet<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<IssuedCertificate> renew = () -> ca.service.renew(order);
      for (Future<IssuedCertificate> future : threads.invokeAll(Collections.nCopies(16, renew))) {
        serials.add(future.get().serial());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(serials).hasSize(1).doesNotContain(first.serial());
    assertThat(ca.all()).hasSize(2);
  }

  private static Duration third(IssuedCertificate certificate) {
    return Duration.between(certificate.notBefore(), certificate.notAfter()).dividedBy(3);
  }

  @Test
  void issueWhenManyAskAtOnceForSameKeyThenOneCertificate() throws Exception {
    CertificateOrder order = CaFixture.order(key);
    Set<String> serials = new HashSet<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<IssuedCertificate> issue = () -> ca.service.issue(order);
      for (Future<IssuedCertificate> future : threads.invokeAll(Collections.nCopies(16, issue))) {
        serials.add(future.get().serial());
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(serials).hasSize(1);
    assertThat(ca.all()).hasSize(1);
  }

  @Test
  void issueWhenClientIsRevokedThenRefuses() throws Exception {
    ca.run(() -> ca.entityManager.find(ClientEntity.class, "c-1").revoke(ca.clock.instant()));

    assertThatThrownBy(() -> ca.service.issue(CaFixture.order(key)))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_DENIED));
    assertThat(ca.all()).isEmpty();
  }

  @Test
  void issueWhenWhatItAuthenticatedByWasVoidedSinceThenRefuses() throws Exception {
    CertificateOrder order = CaFixture.order(key);
    ca.run(() -> ca.entityManager.find(ClientEntity.class, "c-1").voidTokens(ca.clock.instant()));

    assertThatThrownBy(() -> ca.service.issue(order))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_DENIED));
    assertThat(ca.all()).isEmpty();
  }

  @Test
  void issueWhenTheTokenFailedItsCheckThenNothingIsStored() throws Exception {
    CertificateOrder order = CaFixture.order(key);
    assertThatThrownBy(() -> ca.keys.check()).isInstanceOf(HsmUnavailableException.class);

    assertThatThrownBy(() -> ca.service.issue(order))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
    assertThat(ca.all()).isEmpty();
  }

  @Test
  void issueWhenNoCaIsInForceThenAnswersThatItCannotNow() throws Exception {
    CertificateOrder order = CaFixture.order(key);
    ca.clock.advance(Duration.ofDays(40 * 365));

    assertThatThrownBy(() -> ca.service.issue(order))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
    assertThat(ca.all()).isEmpty();
  }

  @Test
  void revokeWhenRevokedSinceItWasReadThenTheFirstReasonStays() throws Exception {
    String serial = ca.service.issue(CaFixture.order(key)).serial();
    ca.run(
        () -> {
          ca.inventory().find(serial);
          elsewhere(() -> ca.service.revoke("admin", serial, RevocationReason.KEY_COMPROMISE));
          ca.service.revoke("c-1", serial, RevocationReason.SUPERSEDED);
        });

    assertThat(ca.record(serial).reason()).isEqualTo("key_compromise");
    assertThat(ca.events).hasSize(1);
  }

  @Test
  void revokeWhenAnotherOfTheClientsIsBeingRevokedThenFollowsIt() throws Exception {
    String first = ca.service.issue(CaFixture.order(key)).serial();
    String second = ca.service.issue(CaFixture.order(CaFixture.newKey())).serial();
    List<String> order = new CopyOnWriteArrayList<>();
    Thread other =
        new Thread(
            () ->
                ca.run(
                    () -> {
                      ca.service.revoke("admin", second, RevocationReason.SUPERSEDED);
                      order.add(second);
                    }));
    ca.run(
        () -> {
          ca.service.revoke("admin", first, RevocationReason.SUPERSEDED);
          other.start();
          while (other.isAlive() && other.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
          }
          order.add(first);
        });
    other.join();

    assertThat(order).containsExactly(first, second);
  }

  private void elsewhere(Runnable work) {
    CompletableFuture.runAsync(() -> ca.run(work)).join();
  }

  @Test
  void issueWhenRevokedWhileSigningThenRefusesAndTheSerialIsRevoked() throws Exception {
    CertificateService service =
        ca.serviceWith(
            ca.authorities,
            ca.new Ledger() {
              @Override
              public List<IssuanceOutcome> take(List<IssuanceStep> steps) {
                if (steps.get(0) instanceof SignedIntent) {
                  ca.run(
                      () ->
                          ca.service.revokeAllOf(
                              List.of("c-1"), RevocationReason.PRIVILEGE_WITHDRAWN));
                }
                return super.take(steps);
              }
            });

    assertThatThrownBy(() -> service.issue(CaFixture.order(key)))
        .isInstanceOf(RequestException.class);
    assertThat(ca.all())
        .singleElement()
        .extracting(CertificateRecord::status)
        .isEqualTo(CertificateStatus.REVOKED);
  }

  @Test
  void issueWhenServerDiesBeforeTheCertificateIsStoredThenTheSerialIsOrphaned() throws Exception {
    CertificateOrder order = CaFixture.order(key);
    CertificateService dying = ca.serviceWith(ca.authorities, new DyingLedger(ca));
    assertThatThrownBy(() -> dying.issue(order)).isInstanceOf(DiedError.class);
    assertThat(ca.all())
        .singleElement()
        .extracting(CertificateRecord::status)
        .isEqualTo(CertificateStatus.INTENT);

    OrphanRevoker orphans = new OrphanRevoker(ca.ledger);
    orphans.run();
    assertThat(ca.all().get(0).status()).isEqualTo(CertificateStatus.INTENT);
    ca.clock.advance(Duration.ofSeconds(61));
    orphans.run();

    assertThat(ca.all().get(0).status()).isEqualTo(CertificateStatus.ORPHANED);
    assertThat(ca.events).hasSize(1);
    ca.publisher.refresh();
    assertThat(CrlPublisherTest.serials(ca)).containsExactly(ca.all().get(0).serial());
  }

  @Test
  void issueWhenServerDiedThenTheSameKeyGetsAnotherCertificateSoonAfter() throws Exception {
    CertificateOrder order = CaFixture.order(key);
    CertificateService dying = ca.serviceWith(ca.authorities, new DyingLedger(ca));
    assertThatThrownBy(() -> dying.issue(order)).isInstanceOf(DiedError.class);

    assertThatThrownBy(() -> ca.service.issue(order))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.TEMPORARILY_UNAVAILABLE));
    ca.clock.advance(Duration.ofSeconds(6));
    IssuedCertificate issued = ca.service.issue(order);

    assertThat(ca.all())
        .extracting(CertificateRecord::status)
        .containsExactly(CertificateStatus.ISSUED, CertificateStatus.ORPHANED);
    assertThat(ca.all().get(0).serial()).isEqualTo(issued.serial());
  }

  @Test
  void issueWhenSecondTransactionFailsThenTheSerialIsOrphanedAtOnce() throws Exception {
    CertificateService service =
        ca.serviceWith(
            ca.authorities,
            ca.new Ledger() {
              @Override
              public List<IssuanceOutcome> take(List<IssuanceStep> steps) {
                if (steps.get(0) instanceof SignedIntent) {
                  throw new IllegalStateException("the database is away");
                }
                return super.take(steps);
              }
            });

    assertThatThrownBy(() -> service.issue(CaFixture.order(key)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(ca.all())
        .singleElement()
        .extracting(CertificateRecord::status)
        .isEqualTo(CertificateStatus.ORPHANED);
  }

  @Test
  void revokeWhenTwiceThenOneEventAndOneAuditRow() throws Exception {
    IssuedCertificate issued = ca.service.issue(CaFixture.order(key));
    for (int i = 0; i < 2; i++) {
      ca.run(() -> ca.service.revoke("admin", issued.serial(), RevocationReason.SUPERSEDED));
    }

    assertThat(ca.record(issued.serial()).reason()).isEqualTo("superseded");
    assertThat(ca.events).hasSize(1);
    assertThat(ca.in(() -> ca.audit.list(Long.MAX_VALUE, 10)))
        .extracting(AuditRow::action)
        .containsExactly("certificate.revoke", "certificate.issue");
  }

  @Test
  void revokeWhenUnknownThenNotFound() {
    assertThatThrownBy(
            () -> ca.run(() -> ca.service.revoke("admin", "abc", RevocationReason.SUPERSEDED)))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  @Test
  void revokeAllOfThenWithdrawsEveryLiveOne() throws Exception {
    for (int i = 0; i < 3; i++) {
      ca.service.issue(CaFixture.order(CaFixture.newKey()));
    }
    int withdrawn =
        ca.in(
            () -> ca.service.revokeAllOf(List.of("c-1"), RevocationReason.CESSATION_OF_OPERATION));

    assertThat(withdrawn).isEqualTo(3);
    assertThat(ca.all())
        .extracting(CertificateRecord::status)
        .containsOnly(CertificateStatus.REVOKED);
    assertThat(ca.in(() -> ca.service.revokeAllOf(List.of("c-1"), RevocationReason.SUPERSEDED)))
        .isZero();
  }

  @Test
  void pageThenFollowsTheCursorAndFilters() throws Exception {
    for (int i = 0; i < 5; i++) {
      ca.service.issue(CaFixture.order(CaFixture.newKey()));
    }
    List<CertificateRecord> first =
        ca.in(() -> ca.inventory().page(CertificateFilter.ALL, Long.MAX_VALUE, 2));
    List<CertificateRecord> second =
        ca.in(() -> ca.inventory().page(CertificateFilter.ALL, first.get(1).id(), 3));
    assertThat(first).hasSize(2);
    assertThat(second).hasSize(3);
  }

  @Test
  void pageWhenFilteredThenOnlyWhatMatches() throws Exception {
    for (int i = 0; i < 5; i++) {
      ca.service.issue(CaFixture.order(CaFixture.newKey()));
    }
    CertificateRecord one = ca.all().get(2);
    String issuer = ca.authorities.issuing().ski();
    ca.run(() -> ca.service.revoke("admin", one.serial(), RevocationReason.SUPERSEDED));

    assertThat(
            found(
                new CertificateFilter(
                    one.serial().substring(0, 8),
                    CaFixture.USERNAME,
                    "c-1",
                    "SE-1",
                    one.profile(),
                    issuer,
                    CertificateStatus.REVOKED,
                    one.notAfter(),
                    one.notAfter().plusSeconds(1))))
        .containsExactly(one.serial());
    assertThat(found(CertificateFilter.ofDevice("SE-1"))).hasSize(5);
    assertThat(found(CertificateFilter.ofDevice("SE-2"))).isEmpty();
    assertThat(found(expiring(one.notAfter(), null))).hasSize(5);
    assertThat(found(expiring(one.notAfter().plusSeconds(1), null))).isEmpty();
    assertThat(found(expiring(null, one.notAfter()))).isEmpty();
  }

  private List<String> found(CertificateFilter filter) {
    return ca.in(() -> ca.inventory().page(filter, Long.MAX_VALUE, 1000)).stream()
        .map(CertificateRecord::serial)
        .toList();
  }

  private static CertificateFilter expiring(@Nullable Instant after, @Nullable Instant before) {
    return new CertificateFilter(null, null, null, null, null, null, null, after, before);
  }

  private static final class DiedError extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** The power goes when the certificate is to be stored. */
  private static final class DyingLedger extends CaFixture.Ledger {
    DyingLedger(CaFixture ca) {
      ca.super();
    }

    @Override
    public List<IssuanceOutcome> take(List<IssuanceStep> steps) {
      if (steps.get(0) instanceof SignedIntent) {
        throw new DiedError();
      }
      return super.take(steps);
    }

    @Override
    public void abandon(String serial) {
      throw new DiedError();
    }
  }
}
