package org.heliogate.hsm.offline;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.hsm.TokenKeys;

/** The PKI of a state directory while a command works on it; one at a time. */
final class OpenPki implements AutoCloseable {

  private final PkiHome home;
  private final Clock clock;
  private final PrintWriter out;
  private final FileChannel channel;
  private final FileLock lock;
  private final char[] password;
  private final CeremonyKeys keys;
  private final IssuanceRecord issued;

  /**
   * Opens it.
   *
   * @throws PkiException if there is none, or no key store
   */
  OpenPki(PkiHome home, Clock clock, PrintWriter out)
      throws GeneralSecurityException, IOException, PkiException {
    this.home = home;
    this.clock = clock;
    this.out = out;
    if (!Files.isDirectory(home.pki(""))) {
      throw new PkiException(
          "there is no PKI in " + home.directory() + "; make it with ./heliogate up, or ca init");
    }
    this.channel =
        FileChannel.open(home.pki(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    this.lock = channel.lock();
    this.password = home.readSecret("keystore.password");
    this.keys = open(home, clock);
    this.issued = IssuanceRecord.read(home.issuance());
  }

  /** The keys of a PKI that was made before: on its token, or in the file of an evaluation. */
  static CeremonyKeys open(PkiHome home, Clock clock)
      throws GeneralSecurityException, IOException, PkiException {
    if (Files.exists(home.pkcs11Configuration())) {
      return CeremonyKeys.onToken(
          home.pkcs11Configuration(), home.readSecret("hsm.pin")::clone, clock);
    }
    if (Files.exists(home.evaluationKeys())) {
      return CeremonyKeys.inFile(
          home.evaluationKeys(), home.readSecret("keystore.password")::clone, clock);
    }
    throw new PkiException("there is no PKI in " + home.directory() + "; run init first");
  }

  PkiHome home() {
    return home;
  }

  Clock clock() {
    return clock;
  }

  PrintWriter out() {
    return out;
  }

  CeremonyKeys keys() {
    return keys;
  }

  IssuanceRecord issued() {
    return issued;
  }

  /** The root whose key is here. */
  Optional<X509Certificate> root() throws GeneralSecurityException {
    return keys.holds(TokenKeys.ROOT)
        ? Optional.of(keys.certificate(TokenKeys.ROOT))
        : Optional.empty();
  }

  /** Brings the trust files up to what the key store has. */
  void writeTrust() throws GeneralSecurityException, IOException {
    List<IssuingCa> cas = IssuingCa.complete(keys);
    Set<X509Certificate> roots = new LinkedHashSet<>();
    root().ifPresent(roots::add);
    cas.forEach(ca -> roots.add(ca.root()));
    new TrustFiles(home, clock.instant()).write(cas, roots, issued, password);
  }

  @Override
  public void close() throws IOException {
    Arrays.fill(password, '\0');
    lock.close();
    channel.close();
  }
}
