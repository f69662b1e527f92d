package org.heliogate.hsm.offline;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.ca.IssuerChoice;
import org.heliogate.hsm.ca.Pem;
import org.heliogate.hsm.ca.SubjectKeyIdentifiers;

/**
 * The files by which brokers and servers know whom to trust: all issuing CAs in force and their
 * roots, so that a new CA is trusted before it issues and an old one until its end. A file that is
 * right is not written again.
 */
final class TrustFiles {

  private final PkiHome home;
  private final Instant now;

  TrustFiles(PkiHome home, Instant now) {
    this.home = home;
    this.now = now;
  }

  /**
   * Writes what has changed.
   *
   * @param cas all issuing CAs that have a certificate, at least one
   * @param roots the roots
   * @param issued with a CRL of each CA that has one
   */
  void write(
      List<IssuingCa> cas, Set<X509Certificate> roots, IssuanceRecord issued, char[] password)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> all = cas.stream().map(IssuingCa::certificate).toList();
    X509Certificate active = IssuerChoice.byDefault(all, now).orElse(all.get(all.size() - 1));
    Set<X509Certificate> trusted = new LinkedHashSet<>();
    trusted.add(active);
    for (int i = all.size() - 1; i >= 0; i--) {
      if (IssuerChoice.inForce(all.get(i), now)) {
        trusted.add(all.get(i));
      }
    }
    trusted.addAll(roots);
    text("issuing.pem", Pem.of(List.of(active)));
    text("ca.pem", Pem.of(trusted));
    if (!Files.exists(home.pki("root.pem"))) {
      text("root.pem", Pem.of(List.copyOf(roots).subList(0, 1)));
    }
    trustStore(trusted, password);
    crls(trusted, issued);
  }

  private void text(String file, String content) throws IOException {
    Path path = home.pki(file);
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    if (!Files.exists(path) || !Arrays.equals(Files.readAllBytes(path), bytes)) {
      AtomicFile.write(path, bytes, AtomicFile.PUBLIC);
    }
  }

  private void trustStore(Set<X509Certificate> trusted, char[] password)
      throws GeneralSecurityException, IOException {
    Path file = home.pki("trust.p12");
    if (!LeafFiles.readTrust(file, password).equals(trusted)) {
      LeafFiles.writeTrust(file, password, trusted);
    }
  }

  /** A CRL that the updater has fetched is newer than the first one and stays. */
  private void crls(Set<X509Certificate> trusted, IssuanceRecord issued)
      throws GeneralSecurityException, IOException {
    Map<X500Principal, byte[]> present = present();
    StringBuilder text = new StringBuilder();
    StringBuilder issuers = new StringBuilder();
    for (X509Certificate ca : trusted) {
      String ski = SubjectKeyIdentifiers.of(ca);
      byte[] known = present.get(ca.getSubjectX500Principal());
      byte[] der = known == null ? issued.crl(ski).orElse(null) : known;
      if (der != null) {
        text.append(Pem.of("X509 CRL", der));
        issuers.append(ski).append('\n');
      }
    }
    text("crl-issuers", issuers.toString());
    if (!present.keySet().equals(subjects(trusted, issuers.toString()))) {
      text("crl.pem", text.toString());
    }
  }

  private static Set<X500Principal> subjects(Set<X509Certificate> trusted, String issuers) {
    Set<X500Principal> subjects = new LinkedHashSet<>();
    for (X509Certificate ca : trusted) {
      if (issuers.contains(SubjectKeyIdentifiers.of(ca))) {
        subjects.add(ca.getSubjectX500Principal());
      }
    }
    return subjects;
  }

  private Map<X500Principal, byte[]> present() throws GeneralSecurityException, IOException {
    Map<X500Principal, byte[]> present = new LinkedHashMap<>();
    Path file = home.pki("crl.pem");
    if (Files.exists(file)) {
      byte[] content = Files.readAllBytes(file);
      for (CRL crl :
          CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(content))) {
        if (crl instanceof X509CRL x509) {
          present.put(x509.getIssuerX500Principal(), x509.getEncoded());
        }
      }
    }
    return present;
  }
}
