package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.authz.ca.ClientCertificates;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.dpop.DpopProof;
import org.heliogate.authz.dpop.DpopProofs;
import org.heliogate.authz.dpop.DpopRequest;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.Digests;
import org.jspecify.annotations.Nullable;

/**
 * The check of tokens that come with a request: AATs and PATs as Bearer or DPoP, or a one-time
 * password made from an AAT. A token that is bound to a key is good only with a proof of that key.
 */
@ApplicationScoped
public class TokenAuthenticator {

  private final AuthorizationApiTokens tokens;
  private final AatCounters counters;
  private final LiveTokens liveTokens;
  private final DpopProofs proofs;
  private final ClientCertificates certificates;

  /** An authenticator of this server's tokens. */
  @Inject
  public TokenAuthenticator(
      AuthorizationApiTokens tokens,
      AatCounters counters,
      LiveTokens liveTokens,
      DpopProofs proofs,
      ClientCertificates certificates) {
    this.tokens = tokens;
    this.counters = counters;
    this.liveTokens = liveTokens;
    this.proofs = proofs;
    this.certificates = certificates;
  }

  /**
   * A one-time password made from an AAT (the contract's {@code AAT-OTP}).
   *
   * @param handle the AAT's handle
   * @param counter rises with each request made under the AAT, from 1
   * @param mac base64url without padding
   */
  public record AatOtp(String handle, long counter, String mac) {}

  /**
   * What an AAT-OTP is computed over.
   *
   * @param method the HTTP method
   * @param uri the absolute URI, built on the issuer, without query
   * @param body the body's bytes, empty for none
   */
  public record SignedRequest(String method, String uri, byte[] body) {}

  /**
   * Whose AAT was shown, as its tag alone proves. That costs neither a signature nor the database,
   * and the token may yet have been revoked, or be another's to use.
   *
   * @return empty for what is no AAT of this server's, and for a PAT
   */
  public Optional<String> named(String value) {
    return SignedTokens.looksSigned(value)
        ? Optional.empty()
        : tokens.check(value).map(AuthorizationApiToken::clientId);
  }

  /**
   * Whose AAT a one-time password says to be made from. Nothing is proven.
   *
   * @return empty for what no AAT of this server's can be named by
   */
  public Optional<String> named(AatOtp otp) {
    return tokens.recompute(otp.handle()).map(issued -> issued.token().clientId());
  }

  /**
   * Checks an AAT or PAT shown as Bearer (RFC 6750 §2.1). An RPT is for resource servers.
   *
   * @param certificate what the client has shown in TLS; a token that is bound to a certificate
   *     must be bound to that one (RFC 8705 §3), which must be good still
   * @throws RequestException {@link ErrorCode#INVALID_TOKEN}
   */
  public Caller bearer(String value, Optional<X509Certificate> certificate) {
    Shown token = find(value);
    Confirmation confirmation = token.confirmation();
    if (confirmation != null) {
      checkCertificate(confirmation, certificate);
      return new Caller(token.client(), token.scope(), Caller.Proof.CERTIFICATE, confirmation);
    }
    if (!token.bearer()) {
      throw new RequestException(
          ErrorCode.INVALID_TOKEN, "this token must be used as AAT-OTP, not as Bearer");
    }
    return new Caller(token.client(), token.scope(), Caller.Proof.BEARER, null);
  }

  /**
   * Checks an AAT or PAT shown as DPoP (RFC 9449 §7.1) and spends the proof that comes with it.
   *
   * @throws RequestException {@link ErrorCode#INVALID_TOKEN}, also for a token that is bound to no
   *     key or another one; {@link ErrorCode#INVALID_DPOP_PROOF}; {@link ErrorCode#USE_DPOP_NONCE}
   */
  public Caller dpop(String value, DpopRequest request) {
    Shown token = find(value);
    Confirmation confirmation = token.confirmation();
    if (confirmation == null || confirmation.method() != Confirmation.Method.DPOP) {
      throw new RequestException(
          ErrorCode.INVALID_TOKEN, "this token is bound to no DPoP key; use it as it was given");
    }
    DpopProof proof = proofs.verify(request, value);
    if (!confirmation.isKey(proof.keyThumbprint())) {
      throw new RequestException(
          ErrorCode.INVALID_TOKEN, "the proof's key is not the one that the token is bound to");
    }
    proofs.spend(proof);
    return new Caller(token.client(), token.scope(), Caller.Proof.DPOP, confirmation);
  }

  /**
   * Checks a one-time password made from an AAT and spends its counter. It can be made by whoever
   * has read the AAT, so it does not stand for the proof that a bound one needs.
   *
   * @param certificate what the client has shown in TLS
   * @throws RequestException {@link ErrorCode#INVALID_TOKEN}
   */
  public Caller aatOtp(AatOtp otp, SignedRequest request, Optional<X509Certificate> certificate) {
    AuthorizationApiTokens.Issued issued =
        tokens.recompute(otp.handle()).orElseThrow(TokenAuthenticator::refused);
    if (otp.counter() < 1
        || !MessageDigest.isEqual(
            mac(issued.value(), otp.counter(), request).getBytes(UTF_8),
            otp.mac().getBytes(UTF_8))) {
      throw refused();
    }
    RegisteredClient client = client(issued.token());
    Confirmation confirmation = issued.token().confirmation();
    if (confirmation != null) {
      checkCertificate(confirmation, certificate);
    }
    try {
      counters.spend(issued.token(), otp.counter());
    } catch (AlreadySpentException e) {
      throw refused();
    }
    return new Caller(client, issued.token().scope(), Caller.Proof.AAT_OTP, confirmation);
  }

  /** A token that is good, whichever way it must be shown. */
  private record Shown(
      RegisteredClient client,
      Set<String> scope,
      boolean bearer,
      @Nullable Confirmation confirmation) {}

  private Shown find(String value) {
    if (SignedTokens.looksSigned(value)) {
      LiveToken pat =
          liveTokens
              .find(value)
              .filter(token -> token.kind() == LiveToken.Kind.PAT)
              .orElseThrow(TokenAuthenticator::refused);
      return new Shown(pat.client(), pat.scope(), true, pat.confirmation());
    }
    AuthorizationApiToken token = tokens.check(value).orElseThrow(TokenAuthenticator::refused);
    return new Shown(client(token), token.scope(), token.bearer(), token.confirmation());
  }

  private void checkCertificate(Confirmation confirmation, Optional<X509Certificate> certificate) {
    if (confirmation.method() == Confirmation.Method.DPOP) {
      throw new RequestException(
          ErrorCode.INVALID_TOKEN, "this token is bound to a key and must be used as DPoP");
    }
    if (certificate.filter(confirmation::isCertificate).flatMap(certificates::verify).isEmpty()) {
      throw new RequestException(
          ErrorCode.INVALID_TOKEN,
          "this token is bound to a certificate, which the connection does not have, or which is"
              + " not good any more");
    }
  }

  private RegisteredClient client(AuthorizationApiToken token) {
    return liveTokens.client(token).orElseThrow(TokenAuthenticator::refused);
  }

  static String mac(String aat, long counter, SignedRequest request) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Digests.sha256(aat.getBytes(UTF_8)), "HmacSHA256"));
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(counter).array());
      mac.update((request.method() + '\n' + request.uri() + '\n').getBytes(UTF_8));
      mac.update(Digests.sha256(request.body()));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  private static RequestException refused() {
    return new RequestException(
        ErrorCode.INVALID_TOKEN, "the token is unknown, expired, revoked or wrongly used");
  }
}
