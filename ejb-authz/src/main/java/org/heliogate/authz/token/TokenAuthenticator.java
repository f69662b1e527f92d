package org.heliogate.authz.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.AlreadySpentException;
import org.heliogate.authz.platform.Digests;

/**
 * The check of tokens that come with a request: AATs and PATs as Bearer, or a one-time password
 * made from an AAT.
 */
@ApplicationScoped
public class TokenAuthenticator {

  private final AuthorizationApiTokens tokens;
  private final AatCounters counters;
  private final LiveTokens liveTokens;

  /** An authenticator of this server's tokens. */
  @Inject
  public TokenAuthenticator(
      AuthorizationApiTokens tokens, AatCounters counters, LiveTokens liveTokens) {
    this.tokens = tokens;
    this.counters = counters;
    this.liveTokens = liveTokens;
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
   * Checks an AAT or PAT shown as Bearer (RFC 6750 §2.1). An RPT is for resource servers.
   *
   * @throws RequestException {@link ErrorCode#INVALID_TOKEN}
   */
  public Caller bearer(String value) {
    if (SignedTokens.looksSigned(value)) {
      LiveToken pat =
          liveTokens
              .find(value)
              .filter(token -> token.kind() == LiveToken.Kind.PAT)
              .orElseThrow(TokenAuthenticator::refused);
      return new Caller(pat.client(), pat.scope(), Caller.Proof.BEARER);
    }
    AuthorizationApiToken token = tokens.check(value).orElseThrow(TokenAuthenticator::refused);
    RegisteredClient client = client(token);
    if (!token.bearer()) {
      throw new RequestException(
          ErrorCode.INVALID_TOKEN, "this token must be used as AAT-OTP, not as Bearer");
    }
    return new Caller(client, token.scope(), Caller.Proof.BEARER);
  }

  /**
   * Checks a one-time password made from an AAT and spends its counter.
   *
   * @throws RequestException {@link ErrorCode#INVALID_TOKEN}
   */
  public Caller aatOtp(AatOtp otp, SignedRequest request) {
    AuthorizationApiTokens.Issued issued =
        tokens.recompute(otp.handle()).orElseThrow(TokenAuthenticator::refused);
    if (otp.counter() < 1
        || !MessageDigest.isEqual(
            mac(issued.value(), otp.counter(), request).getBytes(UTF_8),
            otp.mac().getBytes(UTF_8))) {
      throw refused();
    }
    RegisteredClient client = client(issued.token());
    try {
      counters.spend(issued.token(), otp.counter());
    } catch (AlreadySpentException e) {
      throw refused();
    }
    return new Caller(client, issued.token().scope(), Caller.Proof.AAT_OTP);
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
