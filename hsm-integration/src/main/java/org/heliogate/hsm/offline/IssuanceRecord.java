package org.heliogate.hsm.offline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.OfflineIssuance;
import org.heliogate.hsm.ca.SignedCrl;

/**
 * The file {@code pki/import.json}. A certificate is in it before it is in use anywhere, so that no
 * certificate is unknown to the server.
 */
final class IssuanceRecord {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Path file;
  private final List<OfflineIssuance.Issued> certificates;
  private final List<OfflineIssuance.Crl> crls;

  private IssuanceRecord(Path file, OfflineIssuance content) {
    this.file = file;
    this.certificates = new ArrayList<>(content.certificates());
    this.crls = new ArrayList<>(content.crls());
  }

  static IssuanceRecord read(Path file) throws IOException, PkiException {
    if (!Files.exists(file)) {
      return new IssuanceRecord(
          file, new OfflineIssuance(OfflineIssuance.VERSION, List.of(), List.of()));
    }
    try {
      OfflineIssuance content = JSON.readValue(file.toFile(), OfflineIssuance.class);
      if (content.version() != OfflineIssuance.VERSION) {
        throw new PkiException(file + " has a version that this command does not know");
      }
      return new IssuanceRecord(file, content);
    } catch (JsonProcessingException e) {
      throw new PkiException(file + " is not readable; restore it from a backup", e);
    }
  }

  List<OfflineIssuance.Issued> certificates() {
    return List.copyOf(certificates);
  }

  /** Adds a certificate and writes the file, unless it is in it. */
  void add(String name, CertificateProfile profile, String issuerSki, X509Certificate certificate)
      throws IOException, CertificateEncodingException {
    String der = Base64.getEncoder().encodeToString(certificate.getEncoded());
    if (certificates.stream().noneMatch(known -> known.der().equals(der))) {
      certificates.add(
          new OfflineIssuance.Issued(name, profile.name(), profile.version(), issuerSki, der));
      write();
    }
  }

  Optional<byte[]> crl(String issuerSki) {
    return crls.stream()
        .filter(crl -> crl.issuerSki().equals(issuerSki))
        .findFirst()
        .map(crl -> Base64.getDecoder().decode(crl.der()));
  }

  /**
   * Puts a CRL into the place of an older one.
   *
   * @return false if the known one is as new
   */
  boolean replace(String issuerSki, BigInteger number, byte[] der) throws IOException {
    boolean known =
        crls.stream()
            .anyMatch(
                crl ->
                    crl.issuerSki().equals(issuerSki)
                        && new BigInteger(crl.number()).compareTo(number) >= 0);
    if (known) {
      return false;
    }
    crls.removeIf(crl -> crl.issuerSki().equals(issuerSki));
    crls.add(
        new OfflineIssuance.Crl(
            issuerSki, number.toString(), Base64.getEncoder().encodeToString(der)));
    write();
    return true;
  }

  void add(SignedCrl crl) throws IOException {
    crls.add(
        new OfflineIssuance.Crl(
            crl.issuerSki(),
            crl.number().toString(),
            Base64.getEncoder().encodeToString(crl.der())));
    write();
  }

  private void write() throws IOException {
    byte[] content =
        JSON.writeValueAsBytes(new OfflineIssuance(OfflineIssuance.VERSION, certificates, crls));
    AtomicFile.write(file, content, AtomicFile.PUBLIC);
  }
}
