package org.heliogate.authz.ocsp;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.heliogate.hsm.ocsp.CertificateId;
import org.heliogate.hsm.ocsp.IssuerHash;

/**
 * An answer that was signed without a nonce, for whoever asks the same.
 *
 * @param asked what was asked
 * @param responder serial number of the responder's certificate, lower-case hex
 * @param reply the answer
 */
record SignedAnswer(CertificateId asked, String responder, OcspReply reply) {

  /**
   * Under what an answer is kept. The CA is not part of it, as word of a change names the serial
   * only.
   */
  record Key(String serial, String algorithm, boolean nullParameters) {

    static Key of(CertificateId asked) {
      return new Key(asked.serialText(), asked.issuer().algorithm(), asked.nullParameters());
    }

    /** All under which answers about a serial number may be kept. */
    static List<Key> of(String serial) {
      return IssuerHash.ALGORITHMS.stream()
          .flatMap(
              algorithm ->
                  List.of(new Key(serial, algorithm, false), new Key(serial, algorithm, true))
                      .stream())
          .toList();
    }
  }

  /**
   * Whether it answers that question, half of its life is not over, and the responder that signed
   * it is the one that speaks now: nothing is served on that a withdrawn responder has signed.
   *
   * @param speaker serial number of the present responder's certificate, lower-case hex
   */
  boolean serves(CertificateId question, String speaker, Instant now) {
    OcspReply.Validity validity = Objects.requireNonNull(reply.validity());
    Duration half = Duration.between(validity.thisUpdate(), validity.nextUpdate()).dividedBy(2);
    return asked.equals(question)
        && responder.equals(speaker)
        && now.isBefore(validity.thisUpdate().plus(half));
  }

  /** About how much memory it takes, in bytes. */
  int weight() {
    return 500 + reply.der().length;
  }
}
