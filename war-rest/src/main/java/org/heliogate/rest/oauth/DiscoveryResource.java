package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.token.SignedTokens;

/** What clients can find out by themselves: metadata (RFC 8414) and keys (RFC 7517). */
@Path("/")
@RequestScoped
@Tag(name = "Discovery")
public class DiscoveryResource {

  private static final int MAX_AGE_SECONDS = 300;

  @Inject private ServerMetadata metadata;
  @Inject private SignedTokens tokens;

  /** The authorization server's metadata. */
  @GET
  @Path(".well-known/oauth-authorization-server")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Authorization server metadata (RFC 8414)")
  public Response metadata() {
    return cacheable(metadata.oauth());
  }

  /** The same with what UMA 2.0 adds. */
  @GET
  @Path(".well-known/uma2-configuration")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Authorization server metadata (UMA 2.0 Grant §2, FedAuthz §2)")
  public Response uma2() {
    return cacheable(metadata.uma2());
  }

  /** The metadata as UMA 1.0.1 names it. */
  @GET
  @Path(".well-known/uma-configuration")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Authorization server metadata (UMA 1.0.1 §1.4)")
  public Response uma1() {
    return cacheable(metadata.uma1());
  }

  /** The public keys of the signed tokens. */
  @GET
  @Path("oauth/jwks")
  @Produces({"application/jwk-set+json", MediaType.APPLICATION_JSON})
  @Operation(summary = "Public keys of the tokens (RFC 7517)")
  public Response keys() {
    return cacheable(tokens.publicKeys().toJSONObject());
  }

  private static Response cacheable(Object entity) {
    CacheControl control = new CacheControl();
    control.setMaxAge(MAX_AGE_SECONDS);
    control.setNoTransform(false);
    return Response.ok(entity, MediaType.APPLICATION_JSON_TYPE).cacheControl(control).build();
  }
}
