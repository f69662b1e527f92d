package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.heliogate.authz.client.ClientDirectory;
import org.heliogate.authz.client.RegisteredClient;

/**
 * The one rule by which a token is good: this server made it, it has not expired, nobody ended it,
 * and its client may be used and has not had its tokens voided since. Memory alone is asked.
 */
@ApplicationScoped
public class LiveTokens {

  private final AuthorizationApiTokens apiTokens;
  private final SignedTokens signedTokens;
  private final RevokedTokens revoked;
  private final ClientDirectory clients;

  /** The rule over the given tokens. */
  @Inject
  public LiveTokens(
      AuthorizationApiTokens apiTokens,
      SignedTokens signedTokens,
      RevokedTokens revoked,
      ClientDirectory clients) {
    this.apiTokens = apiTokens;
    this.signedTokens = signedTokens;
    this.revoked = revoked;
    this.clients = clients;
  }

  /** The token of that value, if it is good. */
  public Optional<LiveToken> find(String value) {
    return SignedTokens.looksSigned(value)
        ? signedTokens.check(value).flatMap(this::live)
        : apiTokens.check(value).flatMap(this::live);
  }

  /** The client of an AAT that was proven by other means, if the token is good. */
  Optional<RegisteredClient> client(AuthorizationApiToken token) {
    return client(
        RevokedTokens.Kind.AAT,
        token.handle(),
        token.clientId(),
        token.issuedAt(),
        token.expiresAt());
  }

  private Optional<LiveToken> live(AuthorizationApiToken token) {
    return client(token)
        .map(
            client ->
                new LiveToken(
                    LiveToken.Kind.AAT,
                    token.handle(),
                    client,
                    null,
                    token.scope(),
                    List.of(),
                    token.confirmation(),
                    token.issuedAt(),
                    token.expiresAt()));
  }

  private Optional<LiveToken> live(SignedToken token) {
    return client(
            RevokedTokens.Kind.SIGNED,
            token.id(),
            token.clientId(),
            token.issuedAt(),
            token.expiresAt())
        .map(
            client ->
                new LiveToken(
                    token.protection() ? LiveToken.Kind.PAT : LiveToken.Kind.RPT,
                    token.id(),
                    client,
                    token.audience(),
                    token.scope(),
                    token.permissions(),
                    token.confirmation(),
                    token.issuedAt(),
                    token.expiresAt()));
  }

  private Optional<RegisteredClient> client(
      RevokedTokens.Kind kind, String id, String clientId, Instant issuedAt, Instant expiresAt) {
    return clients
        .find(clientId)
        .filter(ClientAuthenticator::mayTakePart)
        .filter(found -> !issuedAt.isBefore(found.tokensFrom()))
        .filter(found -> !revoked.ended(kind, id, expiresAt));
  }
}
