package org.heliogate.hsm.crl;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.ca.EncodedCrl;

/**
 * The broker's CRL file: one CRL for each trusted CA, in PEM, in the order of the CAs. It only ever
 * gets newer.
 */
final class CrlFile {

  private static final String BEGIN = "-----BEGIN X509 CRL-----";
  private static final String END = "-----END X509 CRL-----";
  private static final byte[] LINE_END = {'\n'};

  private final Path file;
  private final List<X509Certificate> authorities;
  private final Map<X509Certificate, TrustedCrl> current = new LinkedHashMap<>();

  private CrlFile(Path file, Collection<X509Certificate> authorities) {
    this.file = file;
    this.authorities = List.copyOf(authorities);
  }

  /**
   * Reads what is there. CRLs that no trusted CA signed are left out.
   *
   * @throws IOException if it cannot be read, or holds something else than CRLs
   */
  static CrlFile open(Path file, Collection<X509Certificate> authorities) throws IOException {
    CrlFile opened = new CrlFile(file, authorities);
    if (Files.exists(file)) {
      try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
        for (Optional<byte[]> der = next(lines); der.isPresent(); der = next(lines)) {
          TrustedCrl.find(EncodedCrl.parse(der.get()), authorities)
              .ifPresent(trusted -> opened.current.put(trusted.issuer(), trusted));
        }
      } catch (CRLException | IllegalArgumentException e) {
        throw new IOException(file + " holds something else than CRLs", e);
      }
    }
    return opened;
  }

  private static Optional<byte[]> next(BufferedReader lines) throws IOException, CRLException {
    String line = lines.readLine();
    while (line != null && line.isBlank()) {
      line = lines.readLine();
    }
    if (line == null) {
      return Optional.empty();
    }
    if (!line.equals(BEGIN)) {
      throw new CRLException("a line stands outside of a CRL");
    }
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    for (line = lines.readLine(); line != null && !line.equals(END); line = lines.readLine()) {
      encoded.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
    }
    return Optional.of(Base64.getDecoder().decode(encoded.toByteArray()));
  }

  /**
   * Takes a CRL if it is newer, and writes the file.
   *
   * @return whether the file changed
   * @throws CrlRefusedException if it is older than what is there, or over
   * @throws IOException if the file cannot be written; the same CRL may be offered again then
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
    Map<X509Certificate, TrustedCrl> next = new LinkedHashMap<>(current);
    next.put(crl.issuer(), crl);
    write(inOrder(next));
    // Known only once it is in the file: one that could not be written is taken when it comes
    // again.
    current.put(crl.issuer(), crl);
    return true;
  }

  Optional<TrustedCrl> of(X509Certificate authority) {
    return Optional.ofNullable(current.get(authority));
  }

  /** The CRLs in the file. */
  List<TrustedCrl> all() {
    return inOrder(current);
  }

  private List<TrustedCrl> inOrder(Map<X509Certificate, TrustedCrl> crls) {
    List<TrustedCrl> all = new ArrayList<>();
    for (X509Certificate authority : authorities) {
      TrustedCrl crl = crls.get(authority);
      if (crl != null) {
        all.add(crl);
      }
    }
    return all;
  }

  private void write(List<TrustedCrl> crls) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (TrustedCrl crl : crls) {
      line(text, BEGIN);
      try (OutputStream encoder = Base64.getMimeEncoder(64, LINE_END).wrap(text)) {
        encoder.write(crl.crl().der());
      }
      line(text, "");
      line(text, END);
    }
    AtomicFile.write(file, text.toByteArray(), AtomicFile.PUBLIC);
  }

  private static void line(ByteArrayOutputStream text, String line) {
    text.writeBytes(line.getBytes(StandardCharsets.US_ASCII));
    text.writeBytes(LINE_END);
  }
}
