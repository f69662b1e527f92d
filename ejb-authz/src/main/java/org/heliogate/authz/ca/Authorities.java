package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.heliogate.authz.platform.Settings;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.IssuerChoice;
import org.heliogate.hsm.ca.IssuingAlias;
import org.heliogate.hsm.ca.KeyType;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;
import org.heliogate.hsm.ca.TbsSigner;
import org.jspecify.annotations.Nullable;

/**
 * The issuing CAs, whose keys are on the token, and their roots, whose keys may be elsewhere. Which
 * there are, and their certificates, is read at first use and stays known while the token is away;
 * a new CA is taken up at the next start, when brokers and servers trust it. A key is looked up at
 * its first signature.
 */
@ApplicationScoped
public class Authorities {

  private final TokenKeys keys;
  private final PkiLocations locations;
  private final Clock clock;
  private volatile @Nullable Known known;

  /** The CAs of this installation. */
  @Inject
  public Authorities(TokenKeys keys, Settings settings, Clock clock) {
    this.keys = keys;
    this.locations = new PkiLocations(URI.create(settings.pkiUri()), true);
    this.clock = clock;
  }

  /**
   * Makes sure, without asking it, that the token worked when it was last looked at.
   *
   * @throws HsmUnavailableException if it did not
   */
  public void requireWorkingToken() {
    keys.requireWorking();
  }

  /**
   * The CA that issues by default ({@link IssuerChoice}): the active issuer of the interface.
   *
   * @throws HsmUnavailableException if the token was never reached
   */
  public CertificateIssuer issuing() {
    Known cas = known();
    return IssuerChoice.byDefault(cas.certificates(), clock.instant())
        .map(cas::issuer)
        .orElse(cas.issuing().get(0));
  }

  /**
   * The CA that issues for a kind of key ({@link IssuerChoice}).
   *
   * @throws HsmUnavailableException if the token was never reached
   */
  public CertificateIssuer issuing(KeyType key) {
    Known cas = known();
    return IssuerChoice.forKey(cas.certificates(), key, clock.instant())
        .map(cas::issuer)
        .orElse(cas.issuing().get(0));
  }

  /**
   * The root of the token.
   *
   * @throws HsmUnavailableException if the token was never reached, or the root's key is elsewhere
   */
  public CertificateIssuer root() {
    CertificateIssuer root = known().root();
    if (root == null) {
      throw new HsmUnavailableException(
          HsmUnavailableException.Reason.KEY_ABSENT, "the root's key is not on the token", null);
    }
    return root;
  }

  /** Whether a CA is a root. */
  public static boolean isRoot(CertificateIssuer authority) {
    X509Certificate certificate = authority.certificate();
    return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
  }

  /**
   * Those that sign, and so have a CRL: the active issuer, the other issuing CAs in force from the
   * latest to the first, and the root if its key is here.
   *
   * @throws HsmUnavailableException if the token was never reached
   */
  public List<CertificateIssuer> all() {
    Known cas = known();
    Instant now = clock.instant();
    Set<CertificateIssuer> all = new LinkedHashSet<>();
    all.add(issuing());
    for (int i = cas.issuing().size() - 1; i >= 0; i--) {
      if (IssuerChoice.inForce(cas.issuing().get(i).certificate(), now)) {
        all.add(cas.issuing().get(i));
      }
    }
    if (cas.root() != null) {
      all.add(cas.root());
    }
    return List.copyOf(all);
  }

  /** The CA of that subject key identifier whose key is here, also one that is over. */
  public Optional<CertificateIssuer> find(String ski) {
    Known cas = known();
    return Stream.concat(cas.issuing().stream(), Stream.ofNullable(cas.root()))
        .filter(ca -> ca.ski().equals(ski))
        .findFirst();
  }

  /** The certificate of a CA by its subject key identifier, also of a root that is elsewhere. */
  public Optional<X509Certificate> certificate(String ski) {
    Known cas = known();
    return Stream.concat(cas.certificates().stream(), cas.roots().stream())
        .filter(ca -> SubjectKeyIdentifiers.of(ca).equals(ski))
        .findFirst();
  }

  /**
   * The certificates of the CAs that are to be trusted: the active issuer's, those of the other
   * issuing CAs in force, the roots'.
   */
  public List<X509Certificate> certificates() {
    Set<X509Certificate> trusted = new LinkedHashSet<>();
    all().stream()
        .filter(ca -> !isRoot(ca))
        .map(CertificateIssuer::certificate)
        .forEach(trusted::add);
    trusted.addAll(known().roots());
    return List.copyOf(trusted);
  }

  /** The {@link #certificates}, PEM. */
  public String pem() {
    return Pem.of(certificates());
  }

  /**
   * The certificates of a certificate's issuer and that one's root, PEM, as a TLS client sends them
   * after its own; all that are to be trusted for one that was issued by no CA here.
   */
  public String chainPem(X509Certificate issued) {
    Known cas = known();
    return cas.certificates().stream()
        .filter(ca -> ca.getSubjectX500Principal().equals(issued.getIssuerX500Principal()))
        .findFirst()
        .map(
            ca ->
                Pem.of(
                    Stream.concat(
                            Stream.of(ca),
                            cas.roots().stream()
                                .filter(
                                    root ->
                                        root.getSubjectX500Principal()
                                            .equals(ca.getIssuerX500Principal())))
                        .toList()))
        .orElseGet(this::pem);
  }

  private Known known() {
    Known last = known;
    if (last == null) {
      last = read();
      known = last;
    }
    return last;
  }

  /** A key without a CA certificate beside it waits for one: its ceremony is not over. */
  private Known read() {
    Set<String> aliases = keys.aliases();
    List<CertificateIssuer> issuing = new ArrayList<>();
    Set<X509Certificate> roots = new LinkedHashSet<>();
    for (IssuingAlias alias : IssuingAlias.among(aliases)) {
      List<X509Certificate> chain = keys.chain(alias.toString());
      if (chain.get(0).getBasicConstraints() >= 0) {
        issuing.add(issuer(alias.toString(), chain.get(0)));
        roots.add(chain.get(chain.size() - 1));
      }
    }
    if (issuing.isEmpty()) {
      throw new HsmUnavailableException(
          HsmUnavailableException.Reason.KEY_ABSENT, "there is no issuing CA on the token", null);
    }
    CertificateIssuer root = null;
    if (aliases.contains(TokenKeys.ROOT)) {
      root = issuer(TokenKeys.ROOT, keys.certificate(TokenKeys.ROOT));
      roots.add(root.certificate());
    }
    return new Known(
        List.copyOf(issuing),
        issuing.stream().map(CertificateIssuer::certificate).toList(),
        root,
        List.copyOf(roots));
  }

  private CertificateIssuer issuer(String alias, X509Certificate certificate) {
    return new CertificateIssuer(certificate, TbsSigner.of(keys, alias), locations, clock);
  }

  /**
   * The CAs.
   *
   * @param issuing the first first
   * @param certificates of these
   * @param root null if its key is elsewhere
   * @param roots certificates of all roots
   */
  private record Known(
      List<CertificateIssuer> issuing,
      List<X509Certificate> certificates,
      @Nullable CertificateIssuer root,
      List<X509Certificate> roots) {

    CertificateIssuer issuer(X509Certificate certificate) {
      return issuing.get(certificates.indexOf(certificate));
    }
  }
}
