package org.heliogate.authz.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.jpa.RoleEntity;
import org.heliogate.authz.grant.jpa.RoleGrantValue;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientServiceTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-01T10:00:00Z"), ZoneOffset.UTC);

  private final TestDatabase database = TestDatabase.create();

  @BeforeEach
  void defineRoles() {
    define("subscriber", "wams/+/measurements");
    define("publisher", "wams/${device.id}/measurements");
    define("site", "wams/${device.attributes['site']}/+");
    define("named", "apps/${client.name}");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void registerWhenRolesFitThenRegisteredWithSecret() {
    ClientService.Registered registered = register("estimator", "subscriber");
    assertThat(registered.secret()).hasSize(43);
    assertThat(registered.client().roles()).containsExactly("subscriber");
    assertThat(registered.client().username()).matches("hg-[a-z2-7]{26}");
    assertThat(registered.toString()).doesNotContain(registered.secret());
  }

  @Test
  void registerWhenRoleIsUnknownThenUnprocessable() {
    assertRefused("estimator", "nobody", "there is no role 'nobody'");
    assertRefused("estimator", "no label\u0000", "there is no role");
  }

  @Test
  void registerWhenRoleNeedsADeviceThenUnprocessable() {
    assertRefused("estimator", "publisher", "bootstrap script");
    assertRefused("estimator", "site", "bootstrap script");
  }

  @Test
  void registerWhenRoleNeedsTheNameThenNameIsAnIdentifier() {
    assertThat(register("estimator", "named").client().name()).isEqualTo("estimator");
    assertRefused("state estimation", "named", "must match");
  }

  @Test
  void changeWhenTermsAreOthersThenTheyHold() throws Exception {
    ClientService.Registered before = register("estimator", "subscriber");
    String id = before.client().clientId();
    assertThat(change(id, AuthenticationMethod.TLS_CLIENT_AUTH, "uma_authorization")).isNull();
    RegisteredClient after = load(id);
    assertThat(after.name()).isEqualTo("other");
    assertThat(after.authentication()).containsExactly(AuthenticationMethod.TLS_CLIENT_AUTH);
    assertThat(after.roles()).isEmpty();
    assertThat(after.secretHash()).isNull();
    assertThat(after.tlsSubject().getName()).isEqualTo("CN=estimator");
    assertThat(after.tokensFrom()).isEqualTo(before.client().tokensFrom());
    assertThat(after.version()).isGreaterThan(before.client().version());
  }

  @Test
  void changeWhenASecretIsNeededThenItIsMadeOnce() {
    String id = register("estimator", "subscriber").client().clientId();
    assertThat(change(id, AuthenticationMethod.CLIENT_SECRET_POST, "uma_authorization")).isNull();
    change(id, AuthenticationMethod.TLS_CLIENT_AUTH, "uma_authorization");
    assertThat(change(id, AuthenticationMethod.CLIENT_SECRET_POST, "uma_authorization"))
        .hasSize(43);
  }

  @Test
  void changeWhenAScopeIsLostThenTokensAreVoid() {
    ClientService.Registered before = register("estimator", "subscriber");
    change(before.client().clientId(), AuthenticationMethod.CLIENT_SECRET_BASIC, "admin");
    assertThat(load(before.client().clientId()).tokensFrom()).isAfter(before.client().tokensFrom());
  }

  private @Nullable String change(String id, AuthenticationMethod method, String scope) {
    return database.inTransaction(
        em ->
            service(em)
                .change(
                    "admin",
                    em.find(ClientEntity.class, id),
                    new ClientService.Registration(
                        "other",
                        ClientKind.APPLICATION,
                        Set.of(),
                        Set.of(method),
                        Set.of(scope),
                        null,
                        "CN=estimator")));
  }

  private RegisteredClient load(String id) {
    return database.inTransaction(em -> new ClientStore(em).load(id)).orElseThrow();
  }

  private static ClientService service(EntityManager em) {
    return new ClientService(
        em,
        new ClientSecrets(new SecureRandom()),
        new ChangeNotices(em, CLOCK, unheard()),
        new AuditTrail(em, CLOCK),
        CLOCK);
  }

  private void define(String name, String resource) {
    database.runInTransaction(
        em -> {
          RoleEntity role = new RoleEntity(name);
          role.define("flow", 1, List.of(new RoleGrantValue("mqtt", resource, "subscribe")));
          em.persist(role);
        });
  }

  private void assertRefused(String name, String role, String reason) {
    assertThatThrownBy(() -> register(name, role))
        .isInstanceOfSatisfying(
            RequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE);
              assertThat(e.faults())
                  .singleElement()
                  .satisfies(fault -> assertThat(fault.reason()).contains(reason));
            });
    long clients =
        database.inTransaction(
            em ->
                em.createQuery("select count(c) from ClientEntity c", Long.class)
                    .getSingleResult());
    assertThat(clients).isLessThanOrEqualTo(1);
  }

  private ClientService.Registered register(String name, String role) {
    return database.inTransaction(
        em ->
            service(em)
                .register(
                    "admin",
                    new ClientService.Registration(
                        name,
                        ClientKind.APPLICATION,
                        Set.of(role),
                        Set.of(AuthenticationMethod.CLIENT_SECRET_BASIC),
                        Set.of("uma_authorization"))));
  }

  /** An event that nobody observes. */
  @SuppressWarnings("unchecked")
  private static Event<ChangeNotice> unheard() {
    return (Event<ChangeNotice>)
        Proxy.newProxyInstance(
            Event.class.getClassLoader(),
            new Class<?>[] {Event.class},
            (proxy, method, arguments) -> null);
  }
}
