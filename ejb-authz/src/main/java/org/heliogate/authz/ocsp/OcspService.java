package org.heliogate.authz.ocsp;

import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.ca.Authorities;
import org.heliogate.authz.ca.CertificateStanding;
import org.heliogate.authz.ca.CertificateStandings;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.DatabaseOutage;
import org.heliogate.authz.platform.NodeCache;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ocsp.CertificateId;
import org.heliogate.hsm.ocsp.InvalidOcspRequestException;
import org.heliogate.hsm.ocsp.IssuerHash;
import org.heliogate.hsm.ocsp.OcspFailure;
import org.heliogate.hsm.ocsp.OcspRequest;
import org.heliogate.hsm.ocsp.OcspResponder;
import org.heliogate.hsm.ocsp.Standing;
import org.jspecify.annotations.Nullable;

/**
 * The answers of the OCSP responder. What an answer without a nonce says is signed once and kept
 * until half of its life is over, the certificate changes, or memory is needed for others; an
 * answer with a nonce, to several questions, or about what was never issued is signed for the one
 * who asked. What is refused costs neither a signature nor a look at the database.
 */
@ApplicationScoped
public class OcspService {

  /** How long an answer is good. */
  static final Duration LIFE = Duration.ofHours(1);

  private static final Logger LOG = Logger.getLogger(OcspService.class.getName());
  private static final String ACTION = "ocsp.answer";
  private static final long MAX_ANSWER_BYTES = 48L * 1024 * 1024;
  private static final int MAX_STANDINGS = 100_000;

  private final Authorities authorities;
  private final CertificateStandings standings;
  private final Responders responders;
  private final AuditTally tally;
  private final Clock clock;
  private final Map<X509Certificate, List<IssuerHash>> hashes = new ConcurrentHashMap<>();

  /** What is known of certificates, by serial number; of those only that were issued. */
  private final NodeCache<String, CertificateStanding> known =
      new NodeCache<>(Caffeine.newBuilder().maximumSize(MAX_STANDINGS));

  private final NodeCache<SignedAnswer.Key, SignedAnswer> answers =
      new NodeCache<>(
          Caffeine.newBuilder()
              .maximumWeight(MAX_ANSWER_BYTES)
              .weigher((SignedAnswer.Key key, SignedAnswer answer) -> answer.weight()));

  /** A responder for the given CAs. */
  @Inject
  OcspService(
      Authorities authorities,
      CertificateStandings standings,
      Responders responders,
      AuditTally tally,
      Clock clock) {
    this.authorities = authorities;
    this.standings = standings;
    this.responders = responders;
    this.tally = tally;
    this.clock = clock;
  }

  /**
   * Answers a request.
   *
   * @param der the request as it came
   * @param source where it came from, for the audit
   * @return a response in any case: {@code malformedRequest} for what is no request or asks for too
   *     much, {@code unauthorized} for certificates of a CA for which nobody speaks here, or of
   *     several CAs, {@code tryLater} while the HSM or the database is out of reach
   */
  public OcspReply answer(byte[] der, String source) {
    try {
      return answered(OcspRequest.parse(der), source);
    } catch (InvalidOcspRequestException e) {
      return refused(OcspFailure.MALFORMED_REQUEST, e.reason().name(), source);
    } catch (HsmUnavailableException e) {
      return later(e);
    } catch (RequestException e) {
      if (e.code() == ErrorCode.TEMPORARILY_UNAVAILABLE) {
        return later(e);
      }
      throw e;
    } catch (RuntimeException e) {
      if (DatabaseOutage.caused(e)) {
        return later(e);
      }
      throw e;
    }
  }

  private OcspReply answered(OcspRequest request, String source) {
    Optional<CertificateIssuer> authority = authorityOf(request.certificates());
    if (authority.isEmpty()) {
      return refused(OcspFailure.UNAUTHORIZED, "UNKNOWN_CA", source);
    }
    Optional<OcspResponder> responder = responders.of(authority.get().ski());
    if (responder.isEmpty()) {
      return Authorities.isRoot(authority.get())
          ? refused(OcspFailure.UNAUTHORIZED, "ROOT_CA", source)
          : new OcspReply(OcspFailure.TRY_LATER.der(), null);
    }
    String ski = authority.get().ski();
    return request.nonce().isEmpty() && request.certificates().size() == 1
        ? kept(ski, responder.get(), request.certificates().get(0))
        : signed(responder.get(), found(ski, request.certificates()), request.nonce());
  }

  private OcspReply kept(String ski, OcspResponder responder, CertificateId asked) {
    SignedAnswer.Key key = SignedAnswer.Key.of(asked);
    SignedAnswer answer = kept(ski, responder, asked, key);
    if (answer != null && !answer.serves(asked, serial(responder), clock.instant())) {
      answers.forget(key);
      answer = kept(ski, responder, asked, key);
    }
    return answer == null
        ? signed(responder, Map.of(asked, new Standing.Unknown()), Optional.empty())
        : answer.reply();
  }

  /** Null for what was never issued, which is not kept, as there is no end to it. */
  private @Nullable SignedAnswer kept(
      String ski, OcspResponder responder, CertificateId asked, SignedAnswer.Key key) {
    return answers
        .getAll(
            List.of(key),
            missing -> {
              Map<CertificateId, Standing> found = found(ski, List.of(asked));
              return found.get(asked) instanceof Standing.Unknown
                  ? Map.of()
                  : Map.of(
                      key,
                      new SignedAnswer(
                          asked, serial(responder), signed(responder, found, Optional.empty())));
            })
        .get(key);
  }

  private static String serial(OcspResponder responder) {
    return responder.certificate().getSerialNumber().toString(16);
  }

  private Map<CertificateId, Standing> found(String ski, List<CertificateId> asked) {
    Map<String, CertificateStanding> found =
        known.getAll(
            asked.stream().map(CertificateId::serialText).distinct().toList(), standings::find);
    Map<CertificateId, Standing> said = new LinkedHashMap<>();
    for (CertificateId id : asked) {
      CertificateStanding standing = found.get(id.serialText());
      said.put(
          id,
          standing != null && standing.issuerSki().equals(ski)
              ? standing.standing()
              : new Standing.Unknown());
    }
    return said;
  }

  private OcspReply signed(
      OcspResponder responder, Map<CertificateId, Standing> said, Optional<byte[]> nonce) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant nextUpdate = now.plus(LIFE);
    byte[] der = responder.sign(said, now, nextUpdate, nonce);
    return new OcspReply(der, nonce.isPresent() ? null : new OcspReply.Validity(now, nextUpdate));
  }

  /** The one CA of ours that issued all of them, if they are what they are said to be. */
  private Optional<CertificateIssuer> authorityOf(List<CertificateId> certificates) {
    for (CertificateIssuer authority : authorities.all()) {
      List<IssuerHash> names = hashes.computeIfAbsent(authority.certificate(), IssuerHash::of);
      if (certificates.stream().allMatch(asked -> names.contains(asked.issuer()))) {
        return Optional.of(authority);
      }
    }
    return Optional.empty();
  }

  private OcspReply refused(OcspFailure failure, String cause, String source) {
    tally.count(AuditEvent.refused(ACTION, "-", source, cause.toLowerCase(Locale.ROOT)));
    return new OcspReply(failure.der(), null);
  }

  private static OcspReply later(RuntimeException cause) {
    LOG.log(Level.WARNING, "No OCSP answer can be given now: {0}", cause.getMessage());
    return new OcspReply(OcspFailure.TRY_LATER.der(), null);
  }

  void hear(@Observes(during = TransactionPhase.AFTER_SUCCESS) ChangeNotice notice) {
    switch (notice.kind()) {
      case CERTIFICATE -> {
        known.forget(notice.subject());
        SignedAnswer.Key.of(notice.subject()).forEach(answers::forget);
      }
      case EVERYTHING -> {
        known.forgetIf(any -> true);
        answers.forgetIf(any -> true);
      }
      default -> {
        // Nothing else changes what is said of a certificate.
      }
    }
  }
}
