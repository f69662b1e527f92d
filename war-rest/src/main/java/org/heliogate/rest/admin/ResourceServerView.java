package org.heliogate.rest.admin;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.spi.ResourceServerDescription;
import org.heliogate.spi.SecurityProfile;
import org.jspecify.annotations.Nullable;

/**
 * A resource server as operators see it.
 *
 * @param connectionFactory the pool of its adapter; left out for one that registers its own
 *     resources
 * @param clientId the client as which it registers its resources; left out behind a proxy
 * @param clientSecret that client's secret, only in the answer that makes it
 * @param scopeTemplate how the {@code scope} of a token for it is made; left out if it is not
 * @param rptLifetime how many seconds a token for it is valid; left out behind a proxy
 * @param securityProfiles how clients may authenticate; left out while no pool is bound
 * @param scopes the verbs that it knows; left out while no pool is bound
 * @param approvals who may approve there what nobody has granted
 * @param pending how many principals wait to be enforced
 * @param fault what is wrong with its pool; left out if nothing is
 */
record ResourceServerView(
    String id,
    String type,
    @Nullable String connectionFactory,
    @Nullable String clientId,
    @Nullable String clientSecret,
    String proxyUri,
    @Nullable String scopeTemplate,
    @Nullable Long rptLifetime,
    @Nullable List<ProfileView> securityProfiles,
    @Nullable List<String> scopes,
    String approvals,
    long pending,
    @Nullable String fault,
    Instant createdAt) {

  /** A way for clients to authenticate. */
  record ProfileView(String type, String uri, @Nullable List<String> keyAlgorithms) {

    static ProfileView of(SecurityProfile profile) {
      return new ProfileView(
          profile.type().name().toLowerCase(Locale.ROOT),
          profile.uri(),
          profile.keyAlgorithms().isEmpty() ? null : profile.keyAlgorithms());
    }
  }

  /** The same, with the secret that was just made. */
  ResourceServerView withSecret(@Nullable String secret) {
    return new ResourceServerView(
        id,
        type,
        connectionFactory,
        clientId,
        secret,
        proxyUri,
        scopeTemplate,
        rptLifetime,
        securityProfiles,
        scopes,
        approvals,
        pending,
        fault,
        createdAt);
  }

  /** Never shows the secret. */
  @Override
  public String toString() {
    return "ResourceServerView[" + id + "]";
  }

  static ResourceServerView of(
      ResourceServer server,
      String issuer,
      @Nullable ResourceServerDescription description,
      @Nullable String fault,
      long pending) {
    return new ResourceServerView(
        server.id(),
        server.type(),
        server.connectionFactory(),
        server.clientId(),
        null,
        issuer + "/proxy/" + server.id(),
        server.tokens().scopeTemplate(),
        server.proxied() ? null : server.tokens().lifetime().toSeconds(),
        description == null
            ? null
            : description.securityProfiles().stream().map(ProfileView::of).toList(),
        description == null ? null : description.scopes().stream().sorted().toList(),
        server.approvals().wireName(),
        pending,
        fault,
        server.createdAt());
  }
}
