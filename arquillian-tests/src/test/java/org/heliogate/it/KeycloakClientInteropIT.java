package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.heliogate.it.fixture.Album;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.KeycloakPath;
import org.heliogate.it.fixture.KnownSecrets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.keycloak.authorization.client.AuthorizationDeniedException;
import org.keycloak.authorization.client.AuthzClient;
import org.keycloak.authorization.client.Configuration;
import org.keycloak.authorization.client.representation.TokenIntrospectionResponse;
import org.keycloak.authorization.client.resource.ProtectedResource;
import org.keycloak.authorization.client.resource.ProtectionResource;
import org.keycloak.representations.idm.authorization.AuthorizationRequest;
import org.keycloak.representations.idm.authorization.AuthorizationResponse;
import org.keycloak.representations.idm.authorization.Permission;
import org.keycloak.representations.idm.authorization.PermissionRequest;
import org.keycloak.representations.idm.authorization.ResourceRepresentation;
import org.keycloak.representations.idm.authorization.ScopeRepresentation;

/** Keycloak's UMA client, as it is, against this authorization server (UMA 2.0, FedAuthz). */
class KeycloakClientInteropIT {

  private final Instance instance = Instance.current();
  private final Album album = Album.created(instance);
  private final KeycloakPath path = new KeycloakPath(instance.http());
  private final CloseableHttpClient http =
      HttpClients.custom().setSSLContext(instance.sslContext()).build();
  private final ProtectionResource protection = client(album.server()).protection();
  private final ProtectedResource resources = protection.resource();

  @AfterEach
  void close() throws Exception {
    path.close();
    http.close();
  }

  @Test
  void metadataWhenReadThenTheClientKnowsItsEndpoints() {
    var metadata = client(album.server()).getServerConfiguration();
    assertThat(metadata.getIssuer()).isEqualTo(instance.issuer());
    assertThat(metadata.getTokenEndpoint()).isEqualTo(instance.issuer() + "/oauth/token");
    assertThat(metadata.getIntrospectionEndpoint()).startsWith(instance.issuer());
    assertThat(metadata.getResourceRegistrationEndpoint()).startsWith(instance.issuer());
    assertThat(metadata.getPermissionEndpoint()).startsWith(instance.issuer());
  }

  @Test
  void resourceWhenRegisteredThenFoundChangedAndDeleted() {
    ResourceRepresentation made = new ResourceRepresentation("x/1", "view", "edit");
    made.setType("urn:photo");
    made.setIconUri("https://icons.example/x.png");
    made.setDisplayName("X one");
    made.setOwner(album.server().clientId());
    made.setOwnerManagedAccess(false);
    made.setUris(Set.of("https://photos.example/x/1"));
    made.setAttributes(Map.of("place", List.of("here", "there")));
    String id = resources.create(made).getId();

    ResourceRepresentation found = resources.findById(id);
    assertThat(found.getName()).isEqualTo("x/1");
    assertThat(found.getType()).isEqualTo("urn:photo");
    assertThat(found.getIconUri()).isEqualTo("https://icons.example/x.png");
    assertThat(found.getDisplayName()).isEqualTo("X one");
    assertThat(found.getOwnerManagedAccess()).isFalse();
    assertThat(found.getUris()).containsExactly("https://photos.example/x/1");
    assertThat(found.getAttributes()).isEqualTo(made.getAttributes());
    assertThat(scopes(found)).containsExactlyInAnyOrder("view", "edit");

    found.addScope(new ScopeRepresentation("print", "https://icons.example/print.png"));
    found.setDisplayName("X, the first");
    resources.update(found);
    ResourceRepresentation changed = resources.findByName("x/1");
    assertThat(changed.getId()).isEqualTo(id);
    assertThat(changed.getDisplayName()).isEqualTo("X, the first");
    assertThat(scopes(changed)).containsExactlyInAnyOrder("view", "edit", "print");

    resources.delete(id);
    assertThat(resources.findByName("x/1")).isNull();
    assertThat(resources.findAll()).doesNotContain(id);
    assertThatThrownBy(() -> resources.findById(id)).hasMessageContaining("find resource");
  }

  @Test
  void resourcesWhenLookedForThenThoseThatMatch() {
    String one = resources.create(new ResourceRepresentation("x/1", "view")).getId();
    String two = resources.create(new ResourceRepresentation("x/2", "view", "edit")).getId();
    assertThat(resources.findAll()).contains(one, two);
    assertThat(resources.find(null, "x/", null, null, null, null, false, null, null))
        .containsExactly(one, two);
    assertThat(resources.find(null, "x/", null, null, null, "edit", false, null, null))
        .containsExactly(two);
    assertThat(resources.find(null, "x/", null, null, null, null, false, 1, 5))
        .containsExactly(two);
    List<ResourceRepresentation> deep =
        resources.find(null, "x/", null, null, null, null, false, true, 0, 1);
    assertThat(deep).extracting(ResourceRepresentation::getName).containsExactly("x/1");
    assertThat(resources.findByName("x/")).isNull();
    assertThat(resources.findByName("x/1", "somebody else")).isNull();
    assertThatThrownBy(() -> resources.findByUri("https://photos.example/x/1"))
        .hasStackTraceContaining("400");
  }

  @Test
  void ownerWhenNotTheServerThenRefused() {
    ResourceRepresentation made = new ResourceRepresentation("x/1", "view");
    made.setOwner("somebody else");
    assertThatThrownBy(() -> resources.create(made)).hasStackTraceContaining("400");
    assertThat(resources.findByName("x/1")).isNull();
  }

  @Test
  void ticketWhenRedeemedWithAnAatThenTheRptHasThePermission() {
    String id = resources.create(new ResourceRepresentation("album/2", "view", "edit")).getId();
    String aat =
        KnownSecrets.add(
            "AAT", album.reader().token("uma_authorization").expect(200).text("access_token"));
    AuthorizationResponse answer =
        client(album.server()).authorization(aat).authorize(asking(ticket(id, "view")));
    KnownSecrets.add("RPT", answer.getToken());
    assertThat(answer.isUpgraded()).isFalse();
    TokenIntrospectionResponse state = protection.introspectRequestingPartyToken(answer.getToken());
    assertThat(state.getActive()).isTrue();
    assertThat(state.getSubject()).isEqualTo(album.reader().clientId());
    assertThat(state.getAudience()).containsExactly(album.server().clientId());
    assertThat(state.getPermissions()).hasSize(1);
    Permission permission = state.getPermissions().get(0);
    assertThat(permission.getResourceId()).isEqualTo(id);
    assertThat(permission.getResourceName()).isEqualTo("album/2");
    assertThat(permission.getScopes()).containsExactly("view");
  }

  @Test
  void ticketWhenRedeemedByTheClientItselfThenUpgradesItsRpt() {
    String one = resources.create(new ResourceRepresentation("album/1", "view", "edit")).getId();
    String two = resources.create(new ResourceRepresentation("album/2", "view", "edit")).getId();
    AuthzClient reader = client(album.reader());
    String first = reader.authorization().authorize(asking(ticket(one, "view"))).getToken();
    AuthorizationRequest more = asking(ticket(two, "edit"));
    more.setRpt(KnownSecrets.add("RPT", first));
    AuthorizationResponse answer = reader.authorization().authorize(more);
    KnownSecrets.add("RPT", answer.getToken());
    assertThat(answer.isUpgraded()).isTrue();
    assertThat(protection.introspectRequestingPartyToken(answer.getToken()).getPermissions())
        .extracting(Permission::getResourceId)
        .containsExactlyInAnyOrder(one, two);
    assertThatThrownBy(() -> reader.authorization().authorize(asking(ticket(one, "edit"))))
        .isInstanceOf(AuthorizationDeniedException.class);
    assertThat(protection.introspectRequestingPartyToken("unknown").getActive()).isFalse();
  }

  @Test
  void permissionWhenResourceIsUnknownThenTheClientIsToldSo() {
    assertThatThrownBy(() -> ticket("no-such", "view"))
        .isInstanceOf(org.keycloak.authorization.client.ResourceNotFoundException.class);
  }

  private AuthzClient client(Application application) {
    return AuthzClient.create(
        new Configuration(
            path.url(),
            KeycloakPath.REALM,
            application.clientId(),
            Map.of("secret", application.secret()),
            http));
  }

  private String ticket(String id, String... scopes) {
    return KnownSecrets.add(
        "ticket", protection.permission().create(new PermissionRequest(id, scopes)).getTicket());
  }

  private static AuthorizationRequest asking(String ticket) {
    return new AuthorizationRequest(ticket);
  }

  private static List<String> scopes(ResourceRepresentation resource) {
    return resource.getScopes().stream().map(ScopeRepresentation::getName).toList();
  }
}
