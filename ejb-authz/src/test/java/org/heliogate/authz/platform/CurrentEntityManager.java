package org.heliogate.authz.platform;

import jakarta.persistence.EntityManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;

/**
 * An entity manager for services that live longer than a transaction, as the container gives them:
 * each call goes to that of the present transaction.
 */
public final class CurrentEntityManager {

  private final ThreadLocal<EntityManager> current = new ThreadLocal<>();
  private final TestDatabase database;

  /** One for that database. */
  public CurrentEntityManager(TestDatabase database) {
    this.database = database;
  }

  /** What the services take. */
  public EntityManager proxy() {
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            (proxy, method, arguments) -> {
              EntityManager target = current.get();
              if (target == null) {
                throw new IllegalStateException("outside of a transaction");
              }
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Does something within a transaction. */
  public <T> T within(Supplier<T> work) {
    return database.inTransaction(
        em -> {
          current.set(em);
          try {
            return work.get();
          } finally {
            current.remove();
          }
        });
  }
}
