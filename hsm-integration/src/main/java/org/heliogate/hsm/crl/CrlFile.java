package org.heliogate.hsm.crl;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.ca.Pem;

/**
 * The broker's CRL file: one CRL for each trusted CA, in PEM, in the order of the CAs. It only ever
 * gets newer.
 */
final class CrlFile {

  private final Path file;
  private final List<X509Certificate> authorities;
  private final Map<X509Certificate, TrustedCrl> current = new LinkedHashMap<>();

  private CrlFile(Path file, Collection<X509Certificate> authorities) {
    this.file = file;
    this.authorities = List.copyOf(authorities);
  }

  /** Reads what is there. CRLs that no trusted CA signed are left out. */
  static CrlFile open(Path file, Collection<X509Certificate> authorities)
      throws IOException, CertificateException {
    CrlFile opened = new CrlFile(file, authorities);
    if (Files.exists(file) && Files.size(file) > 0) {
      try {
        byte[] content = Files.readAllBytes(file);
        for (CRL crl :
            CertificateFactory.getInstance("X.509")
                .generateCRLs(new ByteArrayInputStream(content))) {
          if (crl instanceof X509CRL x509) {
            TrustedCrl.find(x509, authorities)
                .ifPresent(trusted -> opened.current.put(trusted.issuer(), trusted));
          }
        }
      } catch (CRLException e) {
        throw new IOException(file + " holds something else than CRLs", e);
      }
    }
    return opened;
  }

  /**
   * Takes a CRL if it is newer, and writes the file.
   *
   * @return whether the file changed
   * @throws CrlRefusedException if it is older than what is there, or over
   */
  boolean offer(TrustedCrl crl, Instant now) throws CrlRefusedException, IOException {
    if (!crl.nextUpdate().isAfter(now)) {
      throw new CrlRefusedException("the CRL ended on " + crl.nextUpdate());
    }
    Optional<TrustedCrl> known = of(crl.issuer());
    if (known.isPresent()) {
      int newer = crl.number().compareTo(known.get().number());
      if (newer < 0) {
        throw new CrlRefusedException(
            "the CRL has number "
                + crl.number()
                + ", older than the present "
                + known.get().number());
      }
      if (newer == 0) {
        return false;
      }
    }
    current.put(crl.issuer(), crl);
    write();
    return true;
  }

  Optional<TrustedCrl> of(X509Certificate authority) {
    return Optional.ofNullable(current.get(authority));
  }

  /** The CRLs in the file. */
  List<TrustedCrl> all() {
    List<TrustedCrl> all = new ArrayList<>();
    for (X509Certificate authority : authorities) {
      of(authority).ifPresent(all::add);
    }
    return all;
  }

  private void write() throws IOException {
    StringBuilder text = new StringBuilder();
    for (TrustedCrl crl : all()) {
      text.append(Pem.of("X509 CRL", crl.encoded()));
    }
    AtomicFile.write(file, text.toString().getBytes(StandardCharsets.US_ASCII), AtomicFile.PUBLIC);
  }
}
