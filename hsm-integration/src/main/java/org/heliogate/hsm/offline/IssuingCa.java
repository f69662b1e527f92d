package org.heliogate.hsm.offline;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.heliogate.hsm.ca.IssuerChoice;
import org.heliogate.hsm.ca.IssuingAlias;
import org.heliogate.hsm.ca.SignatureAlgorithm;

/**
 * An issuing CA in the key store.
 *
 * @param alias of its key
 * @param chain its certificate and the root's; while it waits for its certificate, what the key
 *     store keeps the key beside
 */
record IssuingCa(IssuingAlias alias, List<X509Certificate> chain) {

  /** All of them, the first first. */
  static List<IssuingCa> in(CeremonyKeys keys) throws GeneralSecurityException {
    List<IssuingCa> found = new ArrayList<>();
    for (IssuingAlias alias : IssuingAlias.among(keys.aliases())) {
      found.add(new IssuingCa(alias, keys.chain(alias.toString())));
    }
    return found;
  }

  /** Those that have their certificate. */
  static List<IssuingCa> complete(CeremonyKeys keys) throws GeneralSecurityException {
    return in(keys).stream().filter(ca -> !ca.waits()).toList();
  }

  /** The alias of the next one. */
  static IssuingAlias next(List<IssuingCa> all) {
    return new IssuingAlias(all.isEmpty() ? 1 : all.get(all.size() - 1).alias().number() + 1);
  }

  /** Whether its request was made but not answered. */
  boolean waits() {
    return certificate().getBasicConstraints() < 0;
  }

  boolean inForce(Instant now) {
    return !waits() && IssuerChoice.inForce(certificate(), now);
  }

  X509Certificate certificate() {
    return chain.get(0);
  }

  X509Certificate root() {
    return chain.get(chain.size() - 1);
  }

  SignatureAlgorithm algorithm() {
    return SignatureAlgorithm.of(certificate().getPublicKey());
  }
}
