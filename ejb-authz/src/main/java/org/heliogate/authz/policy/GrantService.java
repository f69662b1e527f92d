package org.heliogate.authz.policy;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.error.RequestException.Fault;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.Grant;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.grant.jpa.GrantEntity;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.projection.Projections;
import org.jspecify.annotations.Nullable;

/**
 * The operators' grants and refusals. Each change raises the projections that it concerns, tells
 * all nodes and is audited, in one transaction.
 */
@ApplicationScoped
public class GrantService {

  /** The most grants that one client, or one role, has of its own. */
  public static final int MAX_GRANTS = 20_000;

  private final EntityManager entityManager;
  private final GrantRules rules;
  private final ResourceRegistrar resources;
  private final Projections projections;
  private final ChangeNotices notices;
  private final AuditTrail audit;
  private final Clock clock;

  /** The grants in the given database. */
  @Inject
  public GrantService(
      EntityManager entityManager,
      GrantRules rules,
      ResourceRegistrar resources,
      Projections projections,
      ChangeNotices notices,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.rules = rules;
    this.resources = resources;
    this.projections = projections;
    this.notices = notices;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * Grants or refuses. Bounds count in milliseconds.
   *
   * @param actor who asks
   * @throws RequestException {@link ErrorCode#UNPROCESSABLE} with every fault of the terms, or if
   *     the client or role has {@link #MAX_GRANTS} already
   */
  @Transactional
  public Grant create(String actor, GrantTerms terms) {
    GrantRules.Checked checked = rules.check(terms);
    refuseTooMany(terms);
    GrantEntity row =
        new GrantEntity(
            UUID.randomUUID().toString(),
            terms.client(),
            terms.role(),
            terms.resourceServer(),
            actor,
            clock.instant());
    setTerms(row, terms, checked);
    entityManager.persist(row);
    changed(row);
    audit.record(AuditEvent.success("grant.create", actor, row.id(), details(row.toGrant())));
    return row.toGrant();
  }

  /**
   * Replaces what is granted or refused; whom and where stays.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#UNPROCESSABLE} with
   *     every fault of the terms, or if they are for another client, role or server; {@link
   *     ErrorCode#PRECONDITION_FAILED}
   */
  @Transactional
  public Grant replace(String actor, String id, GrantTerms terms, @Nullable Long expectedVersion) {
    GrantEntity row = find(id, expectedVersion);
    if (!Objects.equals(row.clientId(), terms.client())
        || !Objects.equals(row.role(), terms.role())
        || !row.resourceServer().equals(terms.resourceServer())) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE,
          "the grant cannot be like this",
          List.of(
              new Fault("", "client, role and resource_server stay; make another grant instead")));
    }
    setTerms(row, terms, rules.check(terms));
    entityManager.flush();
    changed(row);
    audit.record(AuditEvent.success("grant.change", actor, id, details(row.toGrant())));
    return row.toGrant();
  }

  /**
   * Takes a grant or refusal away.
   *
   * @param expectedVersion the version that the caller has seen; null to accept any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED}
   */
  @Transactional
  public void delete(String actor, String id, @Nullable Long expectedVersion) {
    GrantEntity row = find(id, expectedVersion);
    entityManager.remove(row);
    changed(row);
    audit.record(AuditEvent.success("grant.delete", actor, id, details(row.toGrant())));
  }

  private void setTerms(GrantEntity row, GrantTerms terms, GrantRules.Checked checked) {
    row.setTerms(checked.grant().resource().text(), terms.scopes(), terms.effect());
    row.setBounds(millis(terms.notBefore()), millis(terms.notAfter()), clock.instant());
    if (terms.effect() == Effect.ALLOW) {
      checked.plain().ifPresent(grant -> resources.registerPlain(List.of(grant)));
    }
  }

  private void changed(GrantEntity row) {
    String client = row.clientId();
    String role = row.role();
    if (client != null) {
      entityManager.find(ClientEntity.class, client, LockModeType.PESSIMISTIC_WRITE);
      projections.raiseOfClients(List.of(client));
      notices.publish(new ChangeNotice(ChangeNotice.Kind.CLIENT_GRANTS, client, row.id()));
    }
    if (role != null) {
      projections.raiseOfRoles(List.of(role));
      notices.publish(ChangeNotice.Kind.ROLE, role);
    }
  }

  private void refuseTooMany(GrantTerms terms) {
    String member = terms.client() == null ? "role" : "client";
    long present =
        entityManager
            .createQuery(
                "select count(g) from GrantEntity g where "
                    + (terms.client() == null ? "g.role" : "g.clientId")
                    + " = :holder",
                Long.class)
            .setParameter("holder", terms.client() == null ? terms.role() : terms.client())
            .getSingleResult();
    if (present >= MAX_GRANTS) {
      throw new RequestException(
          ErrorCode.UNPROCESSABLE,
          "the grant cannot be like this",
          List.of(
              new Fault(
                  "/" + member,
                  "it has " + MAX_GRANTS + " grants already; grant a pattern instead")));
    }
  }

  private GrantEntity find(String id, @Nullable Long expectedVersion) {
    GrantEntity row = entityManager.find(GrantEntity.class, id, LockModeType.PESSIMISTIC_WRITE);
    if (row == null) {
      throw new RequestException(ErrorCode.NOT_FOUND, "there is no such grant");
    }
    if (expectedVersion != null && row.version() != expectedVersion) {
      throw new RequestException(
          ErrorCode.PRECONDITION_FAILED, "the grant was changed since it was read");
    }
    return row;
  }

  private static Map<String, String> details(Grant grant) {
    Map<String, String> details = new TreeMap<>();
    details.put("resource_server", grant.resourceServer());
    details.put("resource", grant.resource().text());
    details.put("scopes", String.join(" ", new TreeSet<>(grant.scopes())));
    details.put("effect", grant.effect().name().toLowerCase(java.util.Locale.ROOT));
    putIfThere(details, "client", grant.client());
    putIfThere(details, "role", grant.role());
    putIfThere(details, "not_before", grant.notBefore());
    putIfThere(details, "not_after", grant.notAfter());
    return details;
  }

  private static void putIfThere(Map<String, String> details, String name, @Nullable Object value) {
    if (value != null) {
      details.put(name, value.toString());
    }
  }

  private static @Nullable Instant millis(@Nullable Instant bound) {
    return bound == null ? null : bound.truncatedTo(ChronoUnit.MILLIS);
  }
}
