package org.heliogate.hsm.ca;

import java.util.Set;
import java.util.stream.Collectors;

/** A certificate was not signed because it would have been wrong. No signature was spent. */
public final class CertificateLintException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private final transient Set<Lint> findings;

  CertificateLintException(String profile, Set<Lint> findings) {
    super(
        "the certificate of profile "
            + profile
            + " is not signed: "
            + findings.stream()
                .map(lint -> lint + " (RFC 5280 section " + lint.section() + ")")
                .collect(Collectors.joining(", ")));
    this.findings = Set.copyOf(findings);
  }

  /** What is wrong; empty after serialisation. */
  public Set<Lint> findings() {
    return findings == null ? Set.of() : findings;
  }
}
