package org.heliogate.authz.platform;

import jakarta.persistence.TypedQuery;
import java.util.Collection;

/**
 * The condition that something is one of a few values. Of a query with a list Hibernate keeps no
 * plan but translates it each time, which takes it longer than the database needs to answer; so one
 * value alone, the usual case, is compared and not looked for in a list.
 */
public final class Among {

  private Among() {}

  /**
   * The condition in JPQL.
   *
   * @param path what is compared, for example {@code c.clientId}
   * @param parameter the parameter's name, to be given to {@link #set}
   * @param values what it may be, at least one
   */
  public static String condition(String path, String parameter, Collection<?> values) {
    return path + (values.size() == 1 ? " = :" : " in :") + parameter;
  }

  /**
   * Gives the condition its values.
   *
   * @param query a query with {@link #condition} of the same values
   * @param parameter the parameter's name
   * @return the query
   */
  public static <T> TypedQuery<T> set(TypedQuery<T> query, String parameter, Collection<?> values) {
    return query.setParameter(parameter, values.size() == 1 ? values.iterator().next() : values);
  }
}
