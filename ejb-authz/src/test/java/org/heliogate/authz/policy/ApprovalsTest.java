package org.heliogate.authz.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.heliogate.authz.policy.PolicyFixture.CLIENT;
import static org.heliogate.authz.policy.PolicyFixture.OTHER;
import static org.heliogate.authz.policy.PolicyFixture.SERVER;

import jakarta.persistence.EntityManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.heliogate.authz.audit.AuditRow;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.grant.Grant;
import org.heliogate.authz.grant.GrantStore;
import org.heliogate.authz.policy.Approval.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApprovalsTest {

  private static final String ADMIN = "admin";
  private static final Map<String, Set<String>> WANTED = Map.of("b", Set.of("read", "write"));

  private final PolicyFixture fixture = new PolicyFixture();

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void askWhenRepeatedThenOneRowAndOneStatement() {
    assertThat(ask(CLIENT, WANTED)).isTrue();
    Approval first = only();
    assertThat(first.status()).isEqualTo(Status.PENDING);
    assertThat(first.scopes()).containsExactlyInAnyOrder("read", "write");
    assertThat(first.expiresAt()).isEqualTo(fixture.clock.instant().plus(Duration.ofHours(24)));
    long before = fixture.database.statements();
    assertThat(ask(CLIENT, WANTED)).isTrue();
    assertThat(fixture.database.statements() - before).isEqualTo(1);
    assertThat(only()).isEqualTo(first);
    assertThat(ask(OTHER, WANTED)).isTrue();
    assertThat(list()).hasSize(2);
    assertThat(audited(first.id(), "approval.request")).hasSize(1);
  }

  @Test
  void askWhenTooMuchIsPendingThenNoMore() {
    Map<String, Set<String>> many =
        IntStream.range(0, ApprovalRequests.MAX_PENDING + 1)
            .boxed()
            .collect(Collectors.toMap(i -> "m/" + i, i -> Set.of("read")));
    assertThat(ask(CLIENT, many)).isTrue();
    assertThat(list()).hasSize(ApprovalRequests.MAX_PENDING);
    assertThat(ask(CLIENT, WANTED)).isFalse();
    assertThat(ask(OTHER, WANTED)).isTrue();
    fixture.clock.advance(ApprovalRequests.PENDING_LIFETIME);
    assertThat(ask(CLIENT, WANTED)).isTrue();
  }

  @Test
  void approveWhenPendingThenGrantedOnceInOneTransaction() {
    ask(CLIENT, WANTED);
    long before = fixture.generation();
    Instant end = fixture.clock.instant().plusSeconds(60);
    Approval approved = in(service -> service.approve(ADMIN, only().id(), end, 0L));
    assertThat(approved.status()).isEqualTo(Status.APPROVED);
    assertThat(approved.decidedBy()).isEqualTo(ADMIN);
    assertThat(fixture.generation()).isEqualTo(before + 1);
    List<Grant> grants =
        fixture.database.inTransaction(em -> new GrantStore(em).page(CLIENT, null, SERVER, "", 10));
    assertThat(grants)
        .singleElement()
        .satisfies(
            grant -> {
              assertThat(grant.id()).isEqualTo(approved.grant());
              assertThat(grant.resource().text()).isEqualTo("b");
              assertThat(grant.scopes()).isEqualTo(WANTED.get("b"));
              assertThat(grant.notAfter()).isEqualTo(end);
            });
    assertThat(audited(approved.id(), "approval.approve")).hasSize(1);
    assertRefused(ErrorCode.CONFLICT, service -> service.approve(ADMIN, approved.id(), null, null));
    assertRefused(ErrorCode.CONFLICT, service -> service.deny(ADMIN, approved.id(), null));
    // When the grant has ended the client may ask again.
    assertThat(ask(CLIENT, WANTED)).isTrue();
    assertThat(list()).hasSize(2);
  }

  @Test
  void denyWhenPendingThenAskingIsInVainUntilForgotten() {
    ask(CLIENT, WANTED);
    String id = only().id();
    assertRefused(ErrorCode.PRECONDITION_FAILED, service -> service.deny(ADMIN, id, 7L));
    assertThat(in(service -> service.deny(ADMIN, id, 0L)).status()).isEqualTo(Status.DENIED);
    assertThat(ask(CLIENT, WANTED)).isFalse();
    assertThat(list()).hasSize(1);
    assertRefused(ErrorCode.CONFLICT, service -> service.approve(ADMIN, id, null, null));
    fixture.clock.advance(ApprovalService.KEEP_DECIDED.minusSeconds(1));
    purge();
    assertThat(ask(CLIENT, WANTED)).isFalse();
    fixture.clock.advance(Duration.ofSeconds(1));
    purge();
    assertThat(list()).isEmpty();
    assertThat(ask(CLIENT, WANTED)).isTrue();
  }

  @Test
  void purgeWhenNobodyDecidedInTimeThenForgottenAndAudited() {
    ask(CLIENT, WANTED);
    String id = only().id();
    fixture.clock.advance(ApprovalRequests.PENDING_LIFETIME);
    assertRefused(ErrorCode.CONFLICT, service -> service.approve(ADMIN, id, null, null));
    purge();
    assertThat(list()).isEmpty();
    assertThat(audited(id, "approval.expire")).hasSize(1);
    assertRefused(ErrorCode.NOT_FOUND, service -> service.approve(ADMIN, id, null, null));
  }

  @Test
  void askWhenTheOldRequestHasExpiredThenANewOne() {
    ask(CLIENT, WANTED);
    String id = only().id();
    fixture.clock.advance(ApprovalRequests.PENDING_LIFETIME);
    assertThat(ask(CLIENT, WANTED)).isTrue();
    assertThat(only().id()).isNotEqualTo(id);
  }

  @Test
  void approveWhenItCannotBeGrantedThenNothingIsDecided() {
    ask(CLIENT, WANTED);
    String id = only().id();
    assertRefused(
        ErrorCode.UNPROCESSABLE,
        service -> service.approve(ADMIN, id, fixture.clock.instant(), null));
    fixture.database.runInTransaction(
        em -> em.find(ClientEntity.class, CLIENT).revoke(fixture.clock.instant()));
    assertRefused(ErrorCode.CONFLICT, service -> service.approve(ADMIN, id, null, null));
    assertThat(only().status()).isEqualTo(Status.PENDING);
  }

  private boolean ask(String client, Map<String, Set<String>> wanted) {
    return fixture.database.inTransaction(em -> requests(em).ask(client, SERVER, wanted));
  }

  private void purge() {
    fixture.database.runInTransaction(em -> requests(em).purge());
  }

  private ApprovalRequests requests(EntityManager em) {
    return new ApprovalRequests(em, new AuditTrail(em, fixture.clock), fixture.clock);
  }

  private List<Approval> list() {
    return fixture.database.inTransaction(em -> service(em).page(null, null, "", 1_000));
  }

  private Approval only() {
    List<Approval> all = list();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private List<AuditRow> audited(String subject, String action) {
    return fixture.database.inTransaction(
        em -> new AuditTrail(em, fixture.clock).list(subject, action, Long.MAX_VALUE, 10));
  }

  private Approval in(Function<ApprovalService, Approval> work) {
    return fixture.database.inTransaction(em -> work.apply(service(em)));
  }

  private void assertRefused(ErrorCode code, Function<ApprovalService, Approval> work) {
    assertThatThrownBy(() -> in(work))
        .isInstanceOfSatisfying(RequestException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private ApprovalService service(EntityManager em) {
    return new ApprovalService(
        em, fixture.grants(em), new AuditTrail(em, fixture.clock), fixture.clock);
  }
}
