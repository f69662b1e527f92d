package org.heliogate.rest.oauth;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.protection.Introspection;
import org.heliogate.authz.token.Caller;
import org.heliogate.authz.token.Confirmation;
import org.heliogate.authz.token.LiveToken;
import org.heliogate.rest.wire.CallerContext;
import org.heliogate.rest.wire.ClientGate;
import org.heliogate.rest.wire.FormParameters;
import org.jspecify.annotations.Nullable;

/** The introspection endpoint (RFC 7662; UMA FedAuthz §5). */
@Path("/oauth/introspect")
@RequestScoped
@Tag(name = "Resource servers")
public class IntrospectionResource {

  @Inject private Introspection introspection;
  @Inject private ClientGate gate;
  @Inject private CallerContext context;
  @Inject private Settings settings;

  private record Inactive(boolean active) {}

  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private record Answer(
      boolean active,
      String clientId,
      String sub,
      @Nullable String aud,
      String iss,
      long iat,
      long exp,
      @Nullable String jti,
      String tokenType,
      String scope,
      @Nullable Map<String, String> cnf,
      List<IntrospectedPermission> permissions) {}

  /** Says what a token is good for. */
  @POST
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(summary = "Token introspection (RFC 7662)")
  public Response introspect(MultivaluedMap<String, String> body) {
    FormParameters form = FormParameters.of(body);
    RegisteredClient caller = caller(form);
    Optional<Introspection.Active> active = introspection.inspect(caller, form.require("token"));
    return Answers.secret(active.<Object>map(this::answer).orElse(new Inactive(false)));
  }

  /** The caller: by its PAT, or by its own credentials. */
  private RegisteredClient caller(FormParameters form) {
    Optional<Caller> caller = context.caller();
    if (caller.isEmpty()) {
      return gate.require(form, "show a PAT or authenticate the client");
    }
    RegisteredClient client = ClientGate.alone(caller.get(), form);
    if (!caller.get().scope().contains("uma_protection")) {
      throw new RequestException(
          ErrorCode.INSUFFICIENT_SCOPE, "the token needs the scope uma_protection");
    }
    return client;
  }

  private Answer answer(Introspection.Active active) {
    LiveToken token = active.token();
    Confirmation confirmation = token.confirmation();
    long expiry = token.expiresAt().getEpochSecond();
    return new Answer(
        true,
        token.client().clientId(),
        token.client().clientId(),
        token.audience(),
        settings.issuer(),
        token.issuedAt().getEpochSecond(),
        expiry,
        token.kind() == LiveToken.Kind.AAT ? null : token.id(),
        Answers.tokenType(confirmation),
        active.scope().stream().sorted().collect(Collectors.joining(" ")),
        confirmation == null ? null : confirmation.claim(),
        active.permissions().stream().map(one -> IntrospectedPermission.of(one, expiry)).toList());
  }
}
