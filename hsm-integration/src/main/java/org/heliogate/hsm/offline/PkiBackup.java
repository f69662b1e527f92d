package org.heliogate.hsm.offline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.heliogate.hsm.AtomicFile;
import org.heliogate.hsm.ca.Pem;

/**
 * A copy of the token's public parts and of what was issued offline. Private keys stay on the
 * token; its own means are for them.
 */
final class PkiBackup {

  private final OpenPki pki;

  PkiBackup(OpenPki pki) {
    this.pki = pki;
  }

  /**
   * Writes it.
   *
   * @param directory empty or not there yet, so that no earlier backup is lost
   */
  void write(Path directory) throws GeneralSecurityException, IOException, PkiException {
    if (Files.exists(directory)) {
      try (Stream<Path> content = Files.list(directory)) {
        if (content.findAny().isPresent()) {
          throw new PkiException(directory + " is not empty; give a directory of its own");
        }
      }
    }
    Files.createDirectories(directory);
    Map<String, byte[]> files = new TreeMap<>();
    Set<X509Certificate> certificates = new LinkedHashSet<>();
    StringBuilder keys = new StringBuilder();
    for (String alias : new TreeSet<>(pki.keys().aliases())) {
      if (!pki.keys().hasCertificate(alias)) {
        keys.append("# ").append(alias).append(": secret key, has no public part\n");
        continue;
      }
      certificates.addAll(pki.keys().chain(alias));
      keys.append("# ")
          .append(alias)
          .append('\n')
          .append(Pem.of("PUBLIC KEY", pki.keys().certificate(alias).getPublicKey().getEncoded()));
    }
    files.put("certificates.pem", ascii(Pem.of(certificates)));
    files.put("public-keys.pem", ascii(keys.toString()));
    for (Path known :
        new Path[] {
          pki.home().issuance(),
          pki.home().pki("crl.pem"),
          pki.home().pki("ca.pem"),
          pki.home().pkcs11Configuration()
        }) {
      if (Files.exists(known)) {
        files.put(String.valueOf(known.getFileName()), Files.readAllBytes(known));
      }
    }
    StringBuilder sums = new StringBuilder();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      AtomicFile.write(directory.resolve(file.getKey()), file.getValue(), AtomicFile.PUBLIC);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(file.getValue());
      sums.append(HexFormat.of().formatHex(hash)).append("  ").append(file.getKey()).append('\n');
    }
    AtomicFile.write(directory.resolve("SHA256SUMS"), ascii(sums.toString()), AtomicFile.PUBLIC);
    pki.out()
        .println(
            "the public parts of " + pki.keys().tokenKeys().description() + " are in " + directory);
    pki.out().println("the private keys are not among them; back the token up by its own means");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
