package org.heliogate.authz.ca;

import java.util.Set;

/**
 * Word that certificates have expired that were not withdrawn for good, a CDI event within a
 * transaction that has their clients' rows locked. Who observes it in progress can end the holders'
 * sessions in the same transaction.
 *
 * @param clientIds the clients; each may have others in force
 */
public record CertificatesExpired(Set<String> clientIds) {

  /** With a copy of the clients. */
  public CertificatesExpired {
    clientIds = Set.copyOf(clientIds);
  }
}
