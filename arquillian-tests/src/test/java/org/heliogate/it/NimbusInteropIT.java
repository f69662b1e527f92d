package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import java.util.Set;
import org.heliogate.it.fixture.Album;
import org.heliogate.it.fixture.AlbumResources;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.NimbusClient;
import org.heliogate.it.fixture.Uma;
import org.junit.jupiter.api.Test;

/** Nimbus's OAuth SDK, as it is, against this authorization server. */
class NimbusInteropIT {

  private final Instance instance = Instance.current();
  private final NimbusClient nimbus = new NimbusClient(instance);
  private final Album album = Album.created(instance);
  private final ClientAuthentication server = basic(album.server());
  private final ClientAuthentication reader = basic(album.reader());

  @Test
  void metadataWhenResolvedThenTheSdkKnowsWhatIsOffered() {
    var metadata = nimbus.metadata();
    assertThat(metadata.getIssuer().getValue()).isEqualTo(instance.issuer());
    assertThat(metadata.getGrantTypes())
        .contains(GrantType.CLIENT_CREDENTIALS, new GrantType(Uma.GRANT_TYPE));
    assertThat(metadata.getTokenEndpointAuthMethods())
        .contains(
            ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
            ClientAuthenticationMethod.CLIENT_SECRET_POST);
    assertThat(metadata.getScopes().toStringList()).contains("uma_authorization");
    assertThat(metadata.getRevocationEndpointURI().toString()).startsWith(instance.issuer());
  }

  @Test
  void secretWhenInEitherPlaceThenATokenIsGiven() {
    AccessToken basic = credentials(reader, "uma_authorization");
    assertThat(basic.getType()).isEqualTo(AccessTokenType.BEARER);
    assertThat(basic.getScope().toStringList()).containsExactly("uma_authorization");
    assertThat(basic.getLifetime()).isPositive();
    Application other =
        instance.admin().createApplication(album.id() + "-reader", "client_secret_post");
    assertThat(
            credentials(
                new ClientSecretPost(new ClientID(other.clientId()), new Secret(other.secret())),
                null))
        .isNotNull();
  }

  @Test
  void requestWhenRefusedThenTheSdkReadsTheError() {
    TokenResponse wrong =
        nimbus.token(
            nimbus.credentialsRequest(
                new ClientSecretBasic(new ClientID(album.reader().clientId()), new Secret("wrong")),
                null));
    assertThat(NimbusClient.error(wrong).getCode()).isEqualTo("invalid_client");
    assertThat(NimbusClient.error(wrong).getHTTPStatusCode()).isEqualTo(401);
    TokenResponse scope = nimbus.token(nimbus.credentialsRequest(reader, "admin"));
    assertThat(NimbusClient.error(scope).getCode()).isEqualTo("invalid_scope");
  }

  @Test
  void tokenWhenIntrospectedThenActiveUntilRevoked() {
    AccessToken aat = credentials(reader, null);
    TokenIntrospectionSuccessResponse state = nimbus.introspect(server, aat);
    assertThat(state.isActive()).isTrue();
    assertThat(state.getClientID().getValue()).isEqualTo(album.reader().clientId());
    assertThat(state.getScope().toStringList()).containsExactly("uma_authorization");
    assertThat(state.getTokenType()).isEqualTo(AccessTokenType.BEARER);
    assertThat(nimbus.introspect(credentials(server, null), aat).isActive()).isTrue();
    assertThat(nimbus.revoke(reader, aat).indicatesSuccess()).isTrue();
    assertThat(nimbus.introspect(server, aat).isActive()).isFalse();
    assertThat(nimbus.introspect(server, new BearerAccessToken("unknown")).isActive()).isFalse();
  }

  @Test
  void ticketWhenRedeemedThenTheRptVerifiesAndIsIntrospected() throws Exception {
    AlbumResources resources = AlbumResources.registered(instance, album);
    AccessToken rpt =
        NimbusClient.accessToken(
            nimbus.token(nimbus.ticketRequest(reader, resources.ticket(2, "view"))));
    JWTClaimsSet claims = verified(rpt, album.server().clientId());
    assertThat(claims.getSubject()).isEqualTo(album.reader().clientId());
    TokenIntrospectionSuccessResponse state = nimbus.introspect(server, rpt);
    assertThat(state.isActive()).isTrue();
    assertThat(state.getAudience()).hasSize(1);
    assertThat(state.getExpirationTime()).isEqualTo(claims.getExpirationTime());
    assertThat(state.toJSONObject().get("permissions").toString()).contains(resources.id(2));
    TokenResponse spent = nimbus.token(nimbus.ticketRequest(reader, resources.ticket(1, "edit")));
    assertThat(NimbusClient.error(spent).getCode()).isEqualTo("request_denied");
  }

  /** The claims of a JWT access token, checked as RFC 9068 §4 asks of a resource server. */
  private JWTClaimsSet verified(AccessToken token, String audience) throws Exception {
    String keys =
        nimbus
            .send(new HTTPRequest(HTTPRequest.Method.GET, nimbus.metadata().getJWKSetURI()))
            .getBody();
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(
            JWSAlgorithm.ES256, new ImmutableJWKSet<>(JWKSet.parse(keys))));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            audience,
            new JWTClaimsSet.Builder().issuer(instance.issuer()).build(),
            Set.of("sub", "client_id", "iat", "exp", "jti")));
    return processor.process(token.getValue(), null);
  }

  private AccessToken credentials(ClientAuthentication client, String scope) {
    return NimbusClient.accessToken(nimbus.token(nimbus.credentialsRequest(client, scope)));
  }

  private static ClientAuthentication basic(Application application) {
    return new ClientSecretBasic(
        new ClientID(application.clientId()), new Secret(application.secret()));
  }
}
