package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.jspecify.annotations.Nullable;

/** The client credentials grant (RFC 6749 §4.4), by which clients get their AAT or PAT. */
@ApplicationScoped
public class TokenService {

  private static final String AAT_SCOPE = "uma_authorization";

  private static final String PAT_SCOPE = "uma_protection";

  private final AuthorizationApiTokens tokens;
  private final SignedTokens signedTokens;
  private final DeviceConfirmation confirmation;
  private final AuditTally tally;

  /** A grant that makes the given tokens. */
  @Inject
  public TokenService(
      AuthorizationApiTokens tokens,
      SignedTokens signedTokens,
      DeviceConfirmation confirmation,
      AuditTally tally) {
    this.tokens = tokens;
    this.signedTokens = signedTokens;
    this.confirmation = confirmation;
    this.tally = tally;
  }

  /**
   * Gives an authenticated client its token.
   *
   * @param method how the client authenticated
   * @param scope what it asks for, space-delimited; null for the client's default
   * @param binding what to bind the token to, null for nothing
   * @throws RequestException {@link ErrorCode#INVALID_SCOPE} if it may not ask for that
   */
  public GrantedToken clientCredentials(
      RegisteredClient client,
      AuthenticationMethod method,
      @Nullable String scope,
      @Nullable Confirmation binding) {
    Set<String> granted = scope == null ? defaultScope(client) : requested(client, scope);
    confirmation.confirmDeviceOf(client);
    GrantedToken token = issue(client, method, granted, binding);
    tally.count(
        AuditEvent.success(
            "token.issue",
            client.clientId(),
            client.clientId(),
            Map.of("scope", String.join(" ", granted), "method", method.wireName())));
    return token;
  }

  private GrantedToken issue(
      RegisteredClient client,
      AuthenticationMethod method,
      Set<String> granted,
      @Nullable Confirmation binding) {
    if (granted.contains(PAT_SCOPE)) {
      if (granted.size() > 1) {
        throw new RequestException(ErrorCode.INVALID_SCOPE, PAT_SCOPE + " stands alone");
      }
      Duration lifetime = SignedTokens.MAX_LIFETIME;
      return new GrantedToken(
          signedTokens.issueProtection(client.clientId(), granted, lifetime, binding),
          granted,
          lifetime);
    }
    boolean bearer =
        binding == null && (method != AuthenticationMethod.CLIENT_OTP || client.aatBearer());
    return new GrantedToken(
        tokens.issue(client, granted, method, bearer, binding).value(),
        granted,
        AuthorizationApiTokens.LIFETIME);
  }

  private static Set<String> defaultScope(RegisteredClient client) {
    return client.scope().contains(AAT_SCOPE) ? Set.of(AAT_SCOPE) : client.scope();
  }

  private static Set<String> requested(RegisteredClient client, String scope) {
    Set<String> requested = Set.copyOf(java.util.Arrays.asList(scope.split(" ", -1)));
    if (!client.scope().containsAll(requested)) {
      throw new RequestException(
          ErrorCode.INVALID_SCOPE, "the client may ask for: " + String.join(" ", client.scope()));
    }
    return requested;
  }
}
