package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.InvalidCertificationRequestException;
import org.heliogate.hsm.ca.TbsSigner;

/**
 * Keys and certificates of the servers and of the resource proxy. Their keys are in files, not on
 * the token, so that they work while the token does not.
 */
final class LeafIssuance {

  /** The MQTT proxy's name at its broker. */
  static final String PROXY = "heliogate-proxy";

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  private final PkiHome home;
  private final CertificateIssuer issuing;
  private final List<IssuingCa> cas;
  private final IssuanceRecord issued;
  private final Clock clock;
  private final PrintWriter out;

  LeafIssuance(
      PkiHome home,
      CertificateIssuer issuing,
      List<IssuingCa> cas,
      IssuanceRecord issued,
      Clock clock,
      PrintWriter out) {
    this.home = home;
    this.issuing = issuing;
    this.cas = cas;
    this.issued = issued;
    this.clock = clock;
    this.out = out;
  }

  void complete(PkiSettings settings, char[] password)
      throws GeneralSecurityException, IOException, InvalidCertificationRequestException {
    inPkcs12("https", "https.p12", CertificateProfile.SERVER, server(settings, "https"), password);
    inPem("broker", CertificateProfile.SERVER, server(settings, "broker"));
    inPkcs12(
        "proxy",
        "mqtt-proxy.p12",
        CertificateProfile.PROXY_CLIENT,
        CertificateHolder.application(PROXY, null, PROXY),
        password);
  }

  private static CertificateHolder server(PkiSettings settings, String unit) {
    return CertificateHolder.server(
        settings.hosts().get(0), settings.organization(), unit, settings.hosts(), settings.ips());
  }

  private void inPkcs12(
      String alias,
      String fileName,
      CertificateProfile profile,
      CertificateHolder holder,
      char[] password)
      throws GeneralSecurityException, IOException, InvalidCertificationRequestException {
    Path file = home.pki(fileName);
    Optional<X509Certificate> present = LeafFiles.readPkcs12Certificate(file, alias, password);
    if (present.isPresent() && stays(fileName, present.get(), holder)) {
      return;
    }
    KeyPair pair = newKeyPair();
    String name = fileName.substring(0, fileName.indexOf('.'));
    X509Certificate certificate = issue(name, profile, holder, pair.getPublic());
    LeafFiles.writePkcs12(file, alias, password, pair.getPrivate(), chain(certificate));
  }

  /** The key is written before its certificate and kept when the certificate is renewed. */
  private void inPem(String name, CertificateProfile profile, CertificateHolder holder)
      throws GeneralSecurityException, IOException, InvalidCertificationRequestException {
    Path keyFile = home.pki(name + ".key");
    Path chainFile = home.pki(name + ".pem");
    Optional<X509Certificate> present = LeafFiles.readPemCertificate(chainFile);
    Optional<PrivateKey> key = LeafFiles.readPemKey(keyFile);
    PublicKey publicKey;
    if (present.isPresent() && key.isPresent() && belong(key.get(), present.get())) {
      if (stays(name + ".pem", present.get(), holder)) {
        return;
      }
      publicKey = present.get().getPublicKey();
    } else {
      KeyPair pair = newKeyPair();
      publicKey = pair.getPublic();
      LeafFiles.writePemKey(keyFile, pair.getPrivate());
    }
    LeafFiles.writePem(chainFile, chain(issue(name, profile, holder, publicKey)));
  }

  private X509Certificate issue(
      String name, CertificateProfile profile, CertificateHolder holder, PublicKey key)
      throws GeneralSecurityException, IOException, InvalidCertificationRequestException {
    X509Certificate certificate = issuing.sign(issuing.prepare(profile, holder, key));
    issued.add(name, profile, issuing.ski(), certificate);
    out.println("issued the certificate of " + name);
    return certificate;
  }

  private List<X509Certificate> chain(X509Certificate certificate) {
    List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
    cas.stream()
        .filter(ca -> ca.certificate().equals(issuing.certificate()))
        .forEach(ca -> chain.addAll(ca.chain()));
    return chain;
  }

  private boolean stays(String file, X509Certificate certificate, CertificateHolder holder)
      throws GeneralSecurityException, IOException {
    Instant end = certificate.getNotAfter().toInstant();
    Duration life = Duration.between(certificate.getNotBefore().toInstant(), end);
    if (Duration.between(clock.instant(), end).compareTo(life.dividedBy(3)) < 0) {
      out.println(file + " ends on " + end + ", so it is issued again");
      return false;
    }
    boolean ours =
        cas.stream()
            .anyMatch(
                ca ->
                    ca.inForce(clock.instant())
                        && certificate
                            .getIssuerX500Principal()
                            .equals(ca.certificate().getSubjectX500Principal()));
    if (!ours) {
      out.println(file + " was issued by another CA, so it is issued again");
      return false;
    }
    if (!names(certificate).equals(names(holder))) {
      out.println(file + " names other hosts, so it is issued again");
      return false;
    }
    return true;
  }

  private static Set<String> names(CertificateHolder holder) throws IOException {
    Set<String> names = new TreeSet<>(holder.dnsNames());
    for (String ip : holder.ipAddresses()) {
      names.add(InetAddress.getByName(ip).getHostAddress());
    }
    return names;
  }

  private static Set<String> names(X509Certificate certificate)
      throws GeneralSecurityException, IOException {
    Set<String> names = new TreeSet<>();
    Collection<List<?>> all = certificate.getSubjectAlternativeNames();
    for (List<?> name : all == null ? List.<List<?>>of() : all) {
      if (name.get(1) instanceof String text) {
        if (name.get(0).equals(DNS_NAME)) {
          names.add(text);
        } else if (name.get(0).equals(IP_ADDRESS)) {
          names.add(InetAddress.getByName(text).getHostAddress());
        }
      }
    }
    return names;
  }

  private static boolean belong(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    byte[] probe = {1, 2, 3};
    Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(probe);
    return signature.verify(signed);
  }

  private static KeyPair newKeyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }
}
