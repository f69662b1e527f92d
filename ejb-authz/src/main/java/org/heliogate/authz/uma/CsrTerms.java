package org.heliogate.authz.uma;

import org.jspecify.annotations.Nullable;

/**
 * What a client must put into its certificate request, and what it needs to make one (D3.4.2 §4).
 *
 * @param username its name on the resource servers
 * @param subject the subject, exactly {@code CN=<username>}
 * @param pin the PIN of the device's secure element; null where it is not returned
 */
public record CsrTerms(String username, String subject, @Nullable String pin) {
  /** Never shows the PIN. */
  @Override
  public String toString() {
    return "CsrTerms[" + username + "]";
  }
}
