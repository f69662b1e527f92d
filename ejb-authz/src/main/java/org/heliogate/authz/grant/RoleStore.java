package org.heliogate.authz.grant;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.heliogate.authz.grant.jpa.RoleEntity;
import org.heliogate.authz.grant.jpa.RoleGrantValue;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.TemplateExpression;

/** The roles in the database. */
@ApplicationScoped
public class RoleStore {

  private final EntityManager entityManager;
  private final ChangeNotices notices;

  /** The roles in the given database. */
  @Inject
  public RoleStore(EntityManager entityManager, ChangeNotices notices) {
    this.entityManager = entityManager;
    this.notices = notices;
  }

  /** Roles by name; those that do not exist are left out. One query. */
  @Transactional
  public Map<String, Role> loadAll(Collection<String> names) {
    if (names.isEmpty()) {
      return Map.of();
    }
    return entityManager
        .createQuery(
            "select r from RoleEntity r left join fetch r.grants where r.name in :names",
            RoleEntity.class)
        .setParameter("names", names)
        .getResultStream()
        .map(RoleStore::read)
        .collect(Collectors.toMap(Role::name, Function.identity()));
  }

  /** Every role, in the order of their names. */
  @Transactional
  public List<Role> list() {
    return entityManager
        .createQuery(
            "select distinct r from RoleEntity r left join fetch r.grants order by r.name",
            RoleEntity.class)
        .getResultStream()
        .map(RoleStore::read)
        .toList();
  }

  /**
   * Keeps what these roles give as it is until the caller's transaction ends; first waits for a
   * change of them that is under way. The rows are locked in the order of their names.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void hold(Collection<String> names) {
    lock(names, LockModeType.PESSIMISTIC_READ);
  }

  /**
   * Lets nobody read these roles by {@link #hold}, or change them, until the caller's transaction
   * ends. Whoever changes what a role gives does this before it looks for whom that concerns. The
   * rows are locked in the order of their names.
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void holdForChange(Collection<String> names) {
    lock(names, LockModeType.PESSIMISTIC_WRITE);
  }

  private void lock(Collection<String> names, LockModeType mode) {
    if (!names.isEmpty()) {
      entityManager
          .createQuery(
              "select r from RoleEntity r where r.name in :names order by r.name", RoleEntity.class)
          .setParameter("names", names)
          .setLockMode(mode)
          .getResultList();
    }
  }

  /**
   * Defines a role, new or not.
   *
   * @return whether what it gives has changed
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public boolean define(Role role) {
    List<RoleGrantValue> grants =
        role.grants().stream()
            .map(
                grant ->
                    new RoleGrantValue(
                        grant.resourceServer(), grant.resource().text(), joined(grant.scopes())))
            .toList();
    RoleEntity row = entityManager.find(RoleEntity.class, role.name());
    boolean changed = row == null || !row.grants().equals(grants);
    if (row == null) {
      row = new RoleEntity(role.name());
      row.define(role.workflow(), role.workflowVersion(), grants);
      entityManager.persist(row);
    } else {
      row.define(role.workflow(), role.workflowVersion(), grants);
    }
    notices.publish(ChangeNotice.Kind.ROLE, role.name());
    return changed;
  }

  private static Role read(RoleEntity row) {
    return new Role(
        row.name(),
        row.workflow(),
        row.workflowVersion(),
        row.grants().stream().map(RoleStore::read).toList());
  }

  private static RoleGrant read(RoleGrantValue grant) {
    try {
      return new RoleGrant(
          grant.resourceServer(),
          TemplateExpression.parse(grant.resource(), TemplateExpression.Use.RESOURCE),
          Set.of(grant.scopes().split(" ")));
    } catch (ExpressionException e) {
      throw new IllegalStateException("a stored template is no template any more", e);
    }
  }

  private static String joined(Set<String> scopes) {
    return scopes.stream().sorted().collect(Collectors.joining(" "));
  }
}
