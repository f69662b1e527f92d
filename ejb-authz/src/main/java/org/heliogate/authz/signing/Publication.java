package org.heliogate.authz.signing;

import java.util.function.Supplier;

/**
 * The transaction in which an operator's key is published, and what else the caller does in it.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface Publication<T> {

  /**
   * Publishes the key, within the transaction that there is or one of its own.
   *
   * @param key publishes it when it is asked, at most once; no HSM is used then
   */
  T of(Supplier<SigningKey> key);
}
