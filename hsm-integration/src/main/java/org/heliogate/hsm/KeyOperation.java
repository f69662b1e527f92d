package org.heliogate.hsm;

import java.security.GeneralSecurityException;

/**
 * Something done with a key on the token. It may run twice, the second time after the token was
 * logged in to again, so it keeps no half-done state of its own.
 *
 * @param <T> what comes out
 */
@FunctionalInterface
public interface KeyOperation<T> {

  /**
   * Does it.
   *
   * @param key the key, valid during this call only
   * @throws GeneralSecurityException a fault of the token, answered by logging in again; what is
   *     the caller's own failure is thrown as an unchecked exception, which passes through
   */
  T apply(TokenKey key) throws GeneralSecurityException;
}
