package org.heliogate.rest.oauth;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.uma.FrontDoor;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.FormParameters;
import org.heliogate.rest.wire.SourceThrottle;
import org.heliogate.spi.SecurityProfile;
import org.jspecify.annotations.Nullable;

/** The front door of the resource proxies (D3.4.2 §4, getCredentials and getPermission). */
@Path("/proxy/{server}")
@RequestScoped
@Tag(name = "Devices and applications")
public class ProxyResource {

  @Inject private FrontDoor door;
  @Inject private CallerContext context;
  @Inject private Settings settings;
  @Inject private SourceThrottle throttle;
  @Context private UriInfo uri;
  @Context private HttpServletRequest servlet;

  private record Server(String id, String type) {}

  private record Profile(String type, String uri, @Nullable List<String> keyAlgorithms) {}

  private record Answer(String ticket, Server resourceServer, List<Profile> securityProfiles) {}

  /** Answers with a ticket and the security profiles. */
  @GET
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Ask for access; answers 401 with a permission ticket")
  public Response get(@PathParam("server") String server) {
    return challenge(server, uri.getQueryParameters());
  }

  /** The same for clients that post, with what is asked for in the query. */
  @POST
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Ask for access; answers 401 with a permission ticket")
  public Response post(@PathParam("server") String server) {
    return challenge(server, uri.getQueryParameters());
  }

  /** The same for clients that post a form; a parameter stands there or in the query. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Ask for access; answers 401 with a permission ticket")
  public Response post(
      @PathParam("server") String server, @Nullable MultivaluedMap<String, String> form) {
    MultivaluedMap<String, String> asked = new MultivaluedHashMap<>(uri.getQueryParameters());
    if (form != null) {
      form.forEach(asked::addAll);
    }
    return challenge(server, asked);
  }

  private Response challenge(String server, MultivaluedMap<String, String> asked) {
    FormParameters parameters = FormParameters.of(asked);
    Set<String> scopes =
        parameters
            .find("scope")
            .map(scope -> Set.copyOf(Arrays.asList(scope.split(" ", -1))))
            .orElse(Set.of());
    Optional<Caller> caller = context.caller();
    if (caller.isEmpty()) {
      throttle.knock(servlet.getRemoteAddr());
    }
    FrontDoor.Challenge challenge =
        door.challenge(server, parameters.find("resource").orElse(null), scopes, caller);
    return Response.status(Response.Status.UNAUTHORIZED)
        .header(
            HttpHeaders.WWW_AUTHENTICATE,
            "UMA realm=\"heliogate\", as_uri=\""
                + settings.issuer()
                + "\", ticket=\""
                + challenge.ticket()
                + "\"")
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(
            new Answer(
                challenge.ticket(),
                new Server(challenge.server().id(), challenge.server().type()),
                challenge.profiles().stream().map(ProxyResource::profile).toList()))
        .build();
  }

  private static Profile profile(SecurityProfile profile) {
    return new Profile(
        profile.type().name().toLowerCase(Locale.ROOT),
        profile.uri(),
        profile.keyAlgorithms().isEmpty() ? null : profile.keyAlgorithms());
  }
}
