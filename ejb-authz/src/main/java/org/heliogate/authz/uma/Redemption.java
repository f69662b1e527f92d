package org.heliogate.authz.uma;

import java.util.Set;
import org.heliogate.authz.token.Confirmation;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for when it redeems a ticket.
 *
 * @param ticket the sealed ticket
 * @param scopes further scopes (UMA 2.0 Grant §3.3.1); empty for those of the ticket
 * @param rpt a token of the client's to be upgraded (UMA 2.0 Grant §3.3.1); otherwise null
 * @param csr a PKCS#10 request in DER, when a certificate is wanted; otherwise null
 * @param password whether a password is wanted
 * @param confirmation what to bind the new token to, null for nothing
 */
public record Redemption(
    String ticket,
    Set<String> scopes,
    @Nullable String rpt,
    byte @Nullable [] csr,
    boolean password,
    @Nullable Confirmation confirmation) {

  /** Shows nothing of the ticket. */
  @Override
  public String toString() {
    return "Redemption[scopes=" + scopes + "]";
  }
}
