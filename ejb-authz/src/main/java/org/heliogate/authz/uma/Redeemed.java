package org.heliogate.authz.uma;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a client gets for a ticket.
 *
 * @param rpt the requesting party token
 * @param expiresIn how long it is valid
 * @param upgraded whether the permissions of an earlier token are in it too
 * @param credentials what was asked for to log in with; null if nothing was
 */
public record Redeemed(
    String rpt, Duration expiresIn, boolean upgraded, @Nullable Credentials credentials) {

  /** Shows nothing of the token or the credentials. */
  @Override
  public String toString() {
    return "Redeemed[***]";
  }

  /** Credentials for the resource server (D3.4.2 §4). */
  public sealed interface Credentials {}

  /**
   * A certificate for the client's own key.
   *
   * @param username the name on the resource server, the certificate's CN
   * @param certificate PEM
   * @param caCertificates PEM, issuer first
   * @param expiresIn how long it is valid
   */
  public record X509(String username, String certificate, String caCertificates, Duration expiresIn)
      implements Credentials {}

  /**
   * A password.
   *
   * @param username the name on the resource server
   * @param password the password
   * @param expiresIn how long it is good for
   */
  public record Password(String username, String password, Duration expiresIn)
      implements Credentials {
    /** Never shows the password. */
    @Override
    public String toString() {
      return "Password[" + username + "]";
    }
  }
}
