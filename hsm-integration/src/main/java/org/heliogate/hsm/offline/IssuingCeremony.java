package org.heliogate.hsm.offline;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.AuthorityRequest;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.hsm.ca.IssuerChoice;
import org.heliogate.hsm.ca.IssuingAlias;
import org.heliogate.hsm.ca.KeyCarrier;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.SignatureAlgorithm;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;
import org.heliogate.hsm.ca.TbsSigner;

/**
 * The coming of issuing CAs after the first. What exists is never replaced: a new CA is put beside
 * it, and the old one stays published until its end. A run that was cut off is completed by the
 * next, or by {@code init}.
 */
final class IssuingCeremony {

  /** The server takes over with its own CRLs long before this ends. */
  private static final Duration CRL_LIFE = Duration.ofDays(7);

  /** So young a CA was just made; whoever rolls it over has run the command twice. */
  private static final Duration YOUNG = Duration.ofDays(1);

  /** O of what a root signs that has none, or one that cannot be used. */
  private static final String NAMELESS = "Heliogate";

  /** The upper bound of a CN (RFC 5280 appendix A.1). */
  private static final int MOST_CHARACTERS = 64;

  private final OpenPki pki;
  private final Instant now;

  IssuingCeremony(OpenPki pki) {
    this.pki = pki;
    this.now = pki.clock().instant();
  }

  /** Makes a CA of an algorithm that has none in force; leaves one that there is. */
  void create(CaAlgorithm algorithm, PkiLocations locations)
      throws GeneralSecurityException, IOException, PkiException {
    Optional<IssuingCa> present = latest(algorithm);
    if (present.isPresent()) {
      pki.writeTrust();
      pki.out().println(describe(present.get()) + " is there already; rollover replaces it");
      return;
    }
    make(algorithm, locations);
  }

  /** Makes a CA that replaces the one in force of its algorithm. */
  void rollOver(Optional<CaAlgorithm> wanted, PkiLocations locations, boolean again)
      throws GeneralSecurityException, IOException, PkiException {
    List<X509Certificate> all =
        IssuingCa.complete(pki.keys()).stream().map(IssuingCa::certificate).toList();
    CaAlgorithm algorithm =
        wanted.isPresent()
            ? wanted.get()
            : IssuerChoice.byDefault(all, now)
                .map(ca -> CaAlgorithm.of(SignatureAlgorithm.of(ca.getPublicKey())))
                .orElseThrow(() -> new PkiException("no CA is in force; make one with create"));
    IssuingCa present =
        latest(algorithm)
            .orElseThrow(
                () ->
                    new PkiException(
                        "there is no CA of " + algorithm + " to roll over; make one with create"));
    Instant made = present.certificate().getNotBefore().toInstant();
    if (!again && now.isBefore(made.plus(YOUNG))) {
      pki.writeTrust();
      pki.out().println(describe(present) + " was made on " + made + "; --again makes another");
      return;
    }
    make(algorithm, locations);
    pki.out().println(describe(present) + " issues no more; its CRL is published until its end");
  }

  private Optional<IssuingCa> latest(CaAlgorithm algorithm) throws GeneralSecurityException {
    return IssuingCa.complete(pki.keys()).stream()
        .filter(ca -> ca.inForce(now) && ca.algorithm() == algorithm.signature())
        .reduce((earlier, later) -> later);
  }

  private void make(CaAlgorithm algorithm, PkiLocations locations)
      throws GeneralSecurityException, IOException, PkiException {
    X509Certificate root =
        pki.root()
            .orElseThrow(
                () ->
                    new PkiException(
                        "the root's key is not in this key store; make a request with ca request,"
                            + " have the root sign it, and import the result with ca import"));
    IssuingAlias alias = IssuingCa.next(IssuingCa.in(pki.keys()));
    CertificateHolder holder =
        holder(alias, CertificateHolder.organizationOf(root).orElse(NAMELESS));
    CertificateIssuer rootCa =
        new CertificateIssuer(
            root, TbsSigner.of(pki.keys().tokenKeys(), TokenKeys.ROOT), locations, pki.clock());
    KeyPair pair = pki.keys().newKey(algorithm);
    X509Certificate certificate;
    try {
      certificate =
          rootCa.sign(rootCa.prepare(CertificateProfile.ISSUING_CA, holder, pair.getPublic()));
    } catch (InvalidCertificationRequestException e) {
      throw new PkiException("the new key does not fit its profile: " + e.getMessage(), e);
    }
    pki.keys().store(alias.toString(), pair, List.of(certificate, root));
    finish(alias, locations);
  }

  /**
   * Makes a key and the request for its certificate, for a root that is elsewhere.
   *
   * @param organization O of the CA, unless the first CA has one that can be used again
   * @throws PkiException if no CA can be named after it; no key is made then
   */
  void request(CaAlgorithm algorithm, String organization)
      throws GeneralSecurityException, IOException, PkiException {
    List<IssuingCa> all = IssuingCa.in(pki.keys());
    Optional<IssuingCa> waiting =
        all.stream()
            .filter(ca -> ca.waits() && ca.algorithm() == algorithm.signature())
            .findFirst();
    IssuingAlias alias = waiting.map(IssuingCa::alias).orElseGet(() -> IssuingCa.next(all));
    CertificateHolder holder =
        holder(
            alias,
            IssuingCa.complete(pki.keys()).stream()
                .findFirst()
                .flatMap(ca -> CertificateHolder.organizationOf(ca.certificate()))
                .orElse(organization));
    if (waiting.isEmpty()) {
      KeyPair pair = pki.keys().newKey(algorithm);
      X509Certificate carrier =
          KeyCarrier.of(
              "heliogate-" + alias, pair.getPublic(), pki.keys().signer(pair), pki.clock());
      pki.keys().store(alias.toString(), pair, List.of(carrier));
    }
    byte[] der =
        AuthorityRequest.of(
            holder,
            pki.keys().certificate(alias.toString()).getPublicKey(),
            TbsSigner.of(pki.keys().tokenKeys(), alias.toString()));
    Path file = pki.home().pki(alias + ".csr");
    AtomicFile.write(
        file,
        Pem.of("CERTIFICATE REQUEST", der).getBytes(StandardCharsets.US_ASCII),
        AtomicFile.PUBLIC);
    pki.out().println("the request of " + alias + " is " + file);
    pki.out().println("next: have the root sign it, then ./heliogate ca import");
  }

  /** Puts a certificate that a root elsewhere signed beside its key. */
  void accept(ForeignCertificate foreign, PkiLocations locations)
      throws GeneralSecurityException, IOException, PkiException {
    for (IssuingCa ca : IssuingCa.in(pki.keys())) {
      if (!ca.certificate().getPublicKey().equals(foreign.certificate().getPublicKey())) {
        continue;
      }
      if (ca.certificate().equals(foreign.certificate())) {
        pki.writeTrust();
        pki.out().println(describe(ca) + " has this certificate already");
        return;
      }
      if (!ca.waits()) {
        throw new PkiException(
            ca.alias() + " has another certificate; request a new key for another CA");
      }
      foreign.check(now);
      refuseNamesakes(foreign);
      pki.keys().certify(ca.alias().toString(), foreign.chain());
      Files.deleteIfExists(pki.home().pki(ca.alias() + ".csr"));
      finish(ca.alias(), locations);
      return;
    }
    throw new PkiException(
        "no key in the key store belongs to this certificate; the root signs what ca request made");
  }

  /** Chains are built by names, so no two CAs share one. */
  private void refuseNamesakes(ForeignCertificate foreign)
      throws GeneralSecurityException, PkiException {
    List<X509Certificate> known = new ArrayList<>();
    pki.root().ifPresent(known::add);
    IssuingCa.complete(pki.keys()).forEach(ca -> known.addAll(ca.chain()));
    for (X509Certificate ca : known) {
      for (X509Certificate given : foreign.chain()) {
        if (ca.getSubjectX500Principal().equals(given.getSubjectX500Principal())
            && !ca.equals(given)) {
          throw new PkiException(
              "another CA here is called " + given.getSubjectX500Principal() + "; choose a name");
        }
      }
    }
  }

  /** Takes over a CRL that a root elsewhere signed, unless there is one as new. */
  void accept(ForeignCrl crl) throws GeneralSecurityException, IOException, PkiException {
    for (IssuingCa ca : IssuingCa.complete(pki.keys())) {
      if (crl.isOf(ca.root())) {
        crl.check(now);
        String ski = SubjectKeyIdentifiers.of(ca.root());
        boolean newer = pki.issued().replace(ski, crl.number(), crl.der());
        pki.writeTrust();
        pki.out()
            .println(
                "CRL " + crl.number() + " of the root " + (newer ? "is taken over" : "is known"));
        return;
      }
    }
    throw new PkiException("the CRL is of no root here; import the root's certificate first");
  }

  private void finish(IssuingAlias alias, PkiLocations locations)
      throws GeneralSecurityException, IOException {
    IssuingCa ca = new IssuingCa(alias, pki.keys().chain(alias.toString()));
    String rootSki = SubjectKeyIdentifiers.of(ca.root());
    pki.issued().add("root", CertificateProfile.ROOT_CA, rootSki, ca.root());
    pki.issued().add(alias.toString(), CertificateProfile.ISSUING_CA, rootSki, ca.certificate());
    CertificateIssuer issuer =
        new CertificateIssuer(
            ca.certificate(),
            TbsSigner.of(pki.keys().tokenKeys(), alias.toString()),
            locations,
            pki.clock());
    if (pki.issued().crl(issuer.ski()).isEmpty()) {
      pki.issued().add(issuer.signCrl(BigInteger.ONE, List.of(), CRL_LIFE));
    }
    pki.writeTrust();
    pki.out().println("made " + describe(ca));
    pki.out().println("next: ./heliogate up, which lets brokers and server trust and use it");
  }

  private static CertificateHolder holder(IssuingAlias alias, String organization)
      throws PkiException {
    String suffix = " Issuing CA" + (alias.number() == 1 ? "" : " " + alias.number());
    try {
      return CertificateHolder.authority(organization + suffix, organization);
    } catch (IllegalArgumentException e) {
      throw new PkiException(
          "no CA can be named after the organization "
              + organization
              + "; --organization takes up to "
              + (MOST_CHARACTERS - suffix.length())
              + " of A-Z a-z 0-9 . _ : - and spaces, and begins with a letter or digit; the root"
              + " may put another O into the certificate",
          e);
    }
  }

  private static String describe(IssuingCa ca) {
    return ca.alias()
        + " ("
        + CaAlgorithm.of(ca.algorithm())
        + ", "
        + ca.certificate().getSubjectX500Principal()
        + ")";
  }
}
