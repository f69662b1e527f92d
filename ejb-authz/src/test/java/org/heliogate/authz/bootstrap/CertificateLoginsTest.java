package org.heliogate.authz.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.heliogate.authz.ca.CaFixture;
import org.heliogate.authz.ca.CertificateHolds;
import org.heliogate.authz.ca.CertificateReleased;
import org.heliogate.authz.ca.CertificateRevoked;
import org.heliogate.authz.ca.CertificateService;
import org.heliogate.authz.ca.CertificatesExpired;
import org.heliogate.authz.ca.ExpiredCertificates;
import org.heliogate.authz.ca.IssuedCertificate;
import org.heliogate.authz.ca.jpa.CertificateEntity;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.projection.CredentialKind;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.projection.jpa.ProjectionEntity;
import org.heliogate.authz.projection.jpa.ProjectionKey;
import org.heliogate.authz.resource.jpa.ResourceServerEntity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateLoginsTest {

  private static final String CLIENT = "c-1";
  private static final Duration YEAR = Duration.ofDays(365);

  private CaFixture ca;
  private Projections projections;
  private CertificateLogins logins;
  private int serial;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    ca = new CaFixture(directory, null);
    EntityManager em = ca.entityManager;
    RoleStore roles = new RoleStore(em, new ChangeNotices(em, ca.clock, new TestEvent<>()));
    projections = new Projections(em, roles, new TestSealer(), ca.clock, new TestEvent<>());
    logins = new CertificateLogins(ca.inventory(), projections, em);
    ca.run(
        () ->
            List.of("mqtt", "amqp", "kept")
                .forEach(
                    id ->
                        em.persist(
                            new ResourceServerEntity(id, "mqtt", "java:/" + id, instant()))));
    ca.run(
        () -> {
          projections.require(client(CLIENT), "mqtt", CredentialKind.X509);
          projections.require(client(CLIENT), "amqp", CredentialKind.X509);
        });
  }

  @AfterEach
  void stop() {
    ca.close();
  }

  @Test
  void passWhenTheLastOneHasExpiredThenLoginsByItEndAndAPasswordStays() {
    ca.run(() -> projections.requirePassword(client(CLIENT), "kept", new byte[] {'p'}));
    store(CLIENT, Duration.ofDays(20));
    long before = row("mqtt").desiredGeneration();
    ca.clock.advance(Duration.ofDays(20).minusNanos(1_000));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
    ca.clock.advance(Duration.ofNanos(1_000));
    pass();

    assertThat(credential("mqtt")).isEqualTo(CredentialKind.NONE);
    assertThat(credential("amqp")).isEqualTo(CredentialKind.NONE);
    assertThat(credential("kept")).isEqualTo(CredentialKind.PASSWORD);
    assertThat(row("mqtt").desiredGeneration()).as("what the relay carries").isGreaterThan(before);
  }

  @Test
  void passWhenAnotherOneIsInForceThenLoginsStayUntilThatHasExpired() {
    store(CLIENT, Duration.ofDays(20));
    store(CLIENT, Duration.ofDays(30));
    ca.clock.advance(Duration.ofDays(20));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
    ca.clock.advance(Duration.ofDays(10));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.NONE);
  }

  @Test
  void passWhenTheOtherOneIsOnHoldThenLoginsAreTooUntilItIsReleased() {
    store(CLIENT, Duration.ofDays(20));
    String other = store(CLIENT, YEAR);
    hold(other);
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
    ca.clock.advance(Duration.ofDays(20));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.HELD_X509);
    release(other);
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
  }

  @Test
  void passWhenTheOneOnHoldHasExpiredThenItsReleaseGivesNoLoginsBack() {
    String held = store(CLIENT, Duration.ofDays(20));
    hold(held);
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.HELD_X509);
    ca.clock.advance(Duration.ofDays(20));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.NONE);
    release(held);
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.NONE);
  }

  @Test
  void passWhenTheOtherOneIsRevokedThenLoginsEnd() {
    store(CLIENT, Duration.ofDays(20));
    String other = store(CLIENT, YEAR);
    ca.run(() -> ca.service.revokeFor("admin", other, null));
    ca.clock.advance(Duration.ofDays(20));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.NONE);
  }

  @Test
  void passWhenDoneBeforeThenTheSameOneCountsNoMore() {
    store(CLIENT, Duration.ofDays(20));
    ca.clock.advance(Duration.ofDays(20));
    assertThat(expiredClients()).containsExactly(CLIENT);
    assertThat(expiredClients()).isEmpty();
  }

  @Test
  void passWhenRolledBackThenFoundAgain() {
    store(CLIENT, Duration.ofDays(20));
    ca.clock.advance(Duration.ofDays(20));
    assertThatThrownBy(
            () ->
                ca.run(
                    () -> {
                      expired(ca.entityManager, new TestEvent<>()).pass();
                      throw new IllegalStateException("the node dies");
                    }))
        .hasMessage("the node dies");
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.NONE);
  }

  @Test
  void passWhenAnotherNodeWasFasterThenThisOneFindsNothing() {
    store(CLIENT, Duration.ofDays(20));
    ca.clock.advance(Duration.ofDays(20));
    TestEvent<CertificatesExpired> first = new TestEvent<>();
    TestEvent<CertificatesExpired> second = new TestEvent<>();
    ca.in(
        () ->
            expired(
                    beforeClientsAreLocked(
                        () -> ca.in(() -> expired(ca.entityManager, first).pass())),
                    second)
                .pass());
    assertThat(first.fired()).hasSize(1);
    assertThat(second.fired()).isEmpty();
  }

  @Test
  void passWhenRenewedJustBeforeTheClientIsLockedThenLoginsStay() {
    store(CLIENT, Duration.ofDays(20));
    ca.clock.advance(Duration.ofDays(20));
    EntityManager renewing = beforeClientsAreLocked(() -> store(CLIENT, YEAR));
    ca.run(
        () -> {
          TestEvent<CertificatesExpired> word = new TestEvent<>();
          expired(renewing, word).pass();
          word.fired().forEach(logins::end);
        });
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
  }

  @Test
  void passWhenThereAreMoreThanABatchThenAllLoginsEnd() {
    List<String> clients = new ArrayList<>();
    for (int i = 0; i < 1_100; i++) {
      String id = "m-%04d".formatted(i);
      ca.register(id, "hg-m%025d".formatted(i));
      clients.add(id);
    }
    ca.run(() -> clients.forEach(this::persistLogin));
    ca.run(() -> clients.forEach(id -> persist(id, Duration.ofDays(20))));
    ca.clock.advance(Duration.ofDays(20));
    int passes = 1;
    while (passOnce()) {
      passes++;
    }
    assertThat(passes).isEqualTo(3);
    assertThat(
            ca.in(
                () ->
                    ca.entityManager
                        .createQuery(
                            "select count(p) from ProjectionEntity p where p.credential <> 'NONE'"
                                + " and p.clientId in :ids",
                            Long.class)
                        .setParameter("ids", clients)
                        .getSingleResult()))
        .isZero();
    assertThat(credential("mqtt"))
        .as("of one without any that expired")
        .isEqualTo(CredentialKind.X509);
  }

  @Test
  void passWhenTheOwnerIsNoClientOrItWasNeverHandedOutThenNobodyIsConcerned() {
    ca.run(
        () -> {
          CertificateEntity servers = row("hg-server", Duration.ofDays(20));
          servers.issue(new byte[] {1});
          ca.entityManager.persist(servers);
          CertificateEntity orphan = row("hg-x", Duration.ofDays(20));
          orphan.setOwner(CLIENT, null, "orphan");
          orphan.orphan(instant());
          ca.entityManager.persist(orphan);
        });
    ca.clock.advance(Duration.ofDays(20));
    assertThat(expiredClients()).isEmpty();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
  }

  @Test
  void passWhenAShortLivedOneIsRenewedThenLoginsStayAndAfterTheLastAnOrderBringsOneBack()
      throws Exception {
    CertificateService service = ca.serviceWithShortLived("device-client");
    KeyPair key = CaFixture.newKey();
    service.issue(CaFixture.order(key));
    ca.clock.advance(Duration.ofHours(17));
    IssuedCertificate renewed = service.renew(CaFixture.order(key));
    ca.clock.advance(Duration.ofHours(8));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
    ca.clock.advance(Duration.between(instant(), renewed.notAfter()));
    pass();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.NONE);
    service.issue(CaFixture.order(key));
    assertThat(ca.in(() -> logins.require(client(CLIENT), "mqtt"))).isPresent();
    assertThat(credential("mqtt")).isEqualTo(CredentialKind.X509);
    assertThat(credential("amqp")).as("as after a revocation").isEqualTo(CredentialKind.NONE);
  }

  private void pass() {
    assertThat(passOnce()).isFalse();
  }

  /** One pass with what the container does: word is heard in the same transaction. */
  private boolean passOnce() {
    return ca.in(
        () -> {
          TestEvent<CertificatesExpired> word = new TestEvent<>();
          boolean more = expired(ca.entityManager, word).pass();
          word.fired().forEach(logins::end);
          return more;
        });
  }

  private List<String> expiredClients() {
    TestEvent<CertificatesExpired> word = new TestEvent<>();
    ca.run(() -> expired(ca.entityManager, word).pass());
    return word.fired().stream().flatMap(event -> event.clientIds().stream()).toList();
  }

  private ExpiredCertificates expired(EntityManager em, TestEvent<CertificatesExpired> word) {
    return new ExpiredCertificates(em, word, ca.clock);
  }

  /** Lets another node act between the look for certificates and the lock of their clients. */
  private EntityManager beforeClientsAreLocked(Runnable action) {
    AtomicBoolean done = new AtomicBoolean();
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("createQuery")
                  && ((String) arguments[0]).contains("ClientEntity")
                  && done.compareAndSet(false, true)) {
                action.run();
              }
              try {
                return method.invoke(ca.entityManager, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void hold(String serial) {
    ca.run(
        () -> {
          TestEvent<CertificateRevoked> word = new TestEvent<>();
          holds(word, new TestEvent<>()).hold("admin", serial);
          word.fired().forEach(logins::end);
        });
  }

  private void release(String serial) {
    ca.run(
        () -> {
          TestEvent<CertificateReleased> word = new TestEvent<>();
          holds(new TestEvent<>(), word).release("admin", serial);
          word.fired().forEach(logins::resume);
        });
  }

  private CertificateHolds holds(
      TestEvent<CertificateRevoked> held, TestEvent<CertificateReleased> released) {
    return new CertificateHolds(ca.entityManager, ca.audit, held, released, ca.clock);
  }

  private String store(String clientId, Duration life) {
    return ca.in(() -> persist(clientId, life));
  }

  private String persist(String clientId, Duration life) {
    CertificateEntity certificate = row("hg-" + clientId, life);
    certificate.setOwner(clientId, null, clientId + ' ' + serial);
    certificate.issue(new byte[] {1});
    ca.entityManager.persist(certificate);
    return certificate.serial();
  }

  private void persistLogin(String clientId) {
    ProjectionEntity login =
        new ProjectionEntity(
            new ProjectionKey("mqtt", "hg-" + clientId), clientId, ca.clock.instant());
    login.setCredential(CredentialKind.X509, null);
    ca.entityManager.persist(login);
  }

  private CertificateEntity row(String name, Duration life) {
    serial++;
    return new CertificateEntity(
        BigInteger.valueOf(serial),
        "aa",
        "device-client",
        name,
        "key",
        instant(),
        instant().plus(life),
        instant());
  }

  private RegisteredClient client(String id) {
    return new ClientStore(ca.entityManager).load(id).orElseThrow();
  }

  private CredentialKind credential(String server) {
    return row(server).credential();
  }

  private ProjectionEntity row(String server) {
    return ca.in(
        () ->
            ca.entityManager.find(
                ProjectionEntity.class, new ProjectionKey(server, client(CLIENT).username())));
  }

  private Instant instant() {
    return ca.clock.instant();
  }
}
