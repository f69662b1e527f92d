package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.platform.Settings;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.TbsSigner;
import org.jspecify.annotations.Nullable;

/**
 * The issuing CA and the root, whose keys are on the token. Their certificates are read at first
 * use and stay known while the token is away.
 */
@ApplicationScoped
public class Authorities {

  private final TokenKeys keys;
  private final PkiLocations locations;
  private final Clock clock;
  private volatile @Nullable Pair pair;

  /** The CAs of this installation. OCSP is not announced until there is a responder. */
  @Inject
  public Authorities(TokenKeys keys, Settings settings, Clock clock) {
    this.keys = keys;
    this.locations = new PkiLocations(URI.create(settings.pkiUri()), false);
    this.clock = clock;
  }

  /**
   * The CA that issues.
   *
   * @throws HsmUnavailableException if the token was never reached
   */
  public CertificateIssuer issuing() {
    return pair().issuing();
  }

  /**
   * The root.
   *
   * @throws HsmUnavailableException if the token was never reached
   */
  public CertificateIssuer root() {
    return pair().root();
  }

  /** Both, the issuing CA first. */
  public List<CertificateIssuer> all() {
    return List.of(issuing(), root());
  }

  /** The CA of that subject key identifier. */
  public Optional<CertificateIssuer> find(String ski) {
    return all().stream().filter(ca -> ca.ski().equals(ski)).findFirst();
  }

  /** The certificates of the issuing CA and the root, PEM. */
  public String pem() {
    return pair().pem();
  }

  private Pair pair() {
    Pair known = pair;
    if (known == null) {
      CertificateIssuer issuing = issuer(TokenKeys.ISSUING);
      CertificateIssuer root = issuer(TokenKeys.ROOT);
      known = new Pair(issuing, root, Pem.of(List.of(issuing.certificate(), root.certificate())));
      pair = known;
    }
    return known;
  }

  private CertificateIssuer issuer(String alias) {
    return new CertificateIssuer(
        keys.certificate(alias), TbsSigner.of(keys, alias), locations, clock);
  }

  private record Pair(CertificateIssuer issuing, CertificateIssuer root, String pem) {}
}
