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
import com.nimbusds.oauth2.sdk.auth.PKITLSClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.auth.X509CertificateConfirmation;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.JWKThumbprintConfirmation;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import java.net.URI;
import java.util.List;
import java.util.Set;
import org.heliogate.it.fixture.Album;
import org.heliogate.it.fixture.AlbumResources;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.Names;
import org.heliogate.it.fixture.NimbusClient;
import org.heliogate.it.fixture.Signer;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
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

  @Test
  void assertionWhenSignedByTheSdkThenAuthenticatesAtEachEndpoint() throws Exception {
    Signer signer = Signer.fresh("one");
    ClientID id =
        new ClientID(
            instance
                .admin()
                .post(
                    "clients",
                    """
                    {"name":"%s","roles":["%s-reader"],"authentication":["private_key_jwt"],"jwks":{"keys":[%s]}}"""
                        .formatted(Names.unique("app"), album.id(), signer.jwk()))
                .expect(201)
                .text("client_id"));
    AccessToken aat =
        credentials(assertion(id, signer, nimbus.metadata().getTokenEndpointURI()), null);
    assertThat(nimbus.introspect(server, aat).isActive()).isTrue();
    assertThat(credentials(assertion(id, signer, URI.create(instance.issuer())), null)).isNotNull();
    assertThat(
            nimbus
                .revoke(assertion(id, signer, nimbus.metadata().getTokenEndpointURI()), aat)
                .indicatesSuccess())
        .isTrue();
    assertThat(nimbus.introspect(server, aat).isActive()).isFalse();
    TokenResponse elsewhere =
        nimbus.token(
            nimbus.credentialsRequest(
                assertion(id, signer, URI.create("https://elsewhere.example/token")), null));
    assertThat(NimbusClient.error(elsewhere).getCode()).isEqualTo("invalid_client");
  }

  @Test
  void certificateWhenShownByTheSdkThenAuthenticatesAndBindsTheToken() throws Exception {
    Application application =
        instance
            .admin()
            .createApplication(
                List.of(Workflows.SUBSCRIBER, album.id() + "-reader"),
                "client_secret_basic\",\"tls_client_auth");
    Issued issued = application.uma().certificate();
    ClientAuthentication holder =
        new PKITLSClientAuthentication(
            new ClientID(application.clientId()),
            instance.sslContext(issued.key().getPrivate(), issued.fullChain()).getSocketFactory());
    AccessToken aat = credentials(holder, null);
    assertThat(
            nimbus.introspect(server, aat).getX509CertificateConfirmation().getValue().toString())
        .isEqualTo(X509CertificateConfirmation.of(issued.certificate()).getValue().toString());
    AlbumResources resources = AlbumResources.registered(instance, album);
    AccessToken rpt =
        NimbusClient.accessToken(
            nimbus.token(nimbus.ticketRequest(holder, resources.ticket(1, "view"))));
    assertThat(
            X509CertificateConfirmation.parse(verified(rpt, album.server().clientId()))
                .getValue()
                .toString())
        .isEqualTo(X509CertificateConfirmation.of(issued.certificate()).getValue().toString());
    assertThat(nimbus.revoke(holder, aat).indicatesSuccess()).isTrue();
  }

  @Test
  void proofWhenMadeByTheSdkThenBindsTokensToItsKey() throws Exception {
    DefaultDPoPProofFactory proofs =
        new DefaultDPoPProofFactory(Signer.fresh("dpop").key(), JWSAlgorithm.ES256);
    AccessToken aat =
        NimbusClient.accessToken(
            nimbus.boundToken(proofs, () -> nimbus.credentialsRequest(reader, null)));
    assertThat(aat).isInstanceOf(DPoPAccessToken.class);
    AlbumResources resources = AlbumResources.registered(instance, album);
    String ticket = resources.ticket(2, "edit");
    AccessToken rpt =
        NimbusClient.accessToken(
            nimbus.boundToken(proofs, () -> nimbus.ticketRequest(reader, ticket)));
    assertThat(rpt).isInstanceOf(DPoPAccessToken.class);
    String thumbprint = proofs.getPublicJWK().computeThumbprint().toString();
    for (AccessToken token : List.of(aat, rpt)) {
      TokenIntrospectionSuccessResponse state = nimbus.introspect(server, token);
      assertThat(state.getTokenType()).isEqualTo(AccessTokenType.DPOP);
      assertThat(state.getJWKThumbprintConfirmation().getValue().toString()).isEqualTo(thumbprint);
    }
    assertThat(
            JWKThumbprintConfirmation.parse(verified(rpt, album.server().clientId()))
                .getValue()
                .toString())
        .isEqualTo(thumbprint);
  }

  private static ClientAuthentication assertion(ClientID client, Signer signer, URI audience)
      throws Exception {
    return new PrivateKeyJWT(
        client,
        audience,
        JWSAlgorithm.ES256,
        signer.key().toECPrivateKey(),
        signer.key().getKeyID(),
        null);
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
