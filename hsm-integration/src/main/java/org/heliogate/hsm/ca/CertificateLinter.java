package org.heliogate.hsm.ca;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** All lints, over the bytes that are going to be signed. */
final class CertificateLinter {

  private CertificateLinter() {}

  /**
   * Checks.
   *
   * @throws CertificateLintException with everything that is wrong
   */
  static void check(byte[] tbs, CertificateProfile profile, LintIssuer issuer) {
    Set<Lint> findings = findings(tbs, profile, issuer);
    if (!findings.isEmpty()) {
      throw new CertificateLintException(profile.name(), findings);
    }
  }

  static Set<Lint> findings(byte[] tbs, CertificateProfile profile, LintIssuer issuer) {
    LintedCertificate certificate;
    try {
      certificate = new LintedCertificate(tbs, profile, issuer);
    } catch (IOException | RuntimeException e) {
      // Readers report what they cannot read by runtime exceptions of many kinds.
      return EnumSet.of(Lint.DER);
    }
    Set<Lint> findings = EnumSet.noneOf(Lint.class);
    for (Lint lint : Lint.values()) {
      if (!lint.passes(certificate)) {
        findings.add(lint);
      }
    }
    return findings;
  }
}
