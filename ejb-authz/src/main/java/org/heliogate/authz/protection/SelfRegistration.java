package org.heliogate.authz.protection;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.EnumSet;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientService;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ApprovalPolicy;
import org.heliogate.authz.resource.ResourceServer;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.TokenTerms;
import org.heliogate.authz.uma.TokenScopes;
import org.jspecify.annotations.Nullable;

/** The admission of resource servers that register their own resources: each gets a client. */
@ApplicationScoped
public class SelfRegistration {

  private final ResourceServers servers;
  private final ClientService clients;

  /** An admission to the given servers and clients. */
  @Inject
  public SelfRegistration(ResourceServers servers, ClientService clients) {
    this.servers = servers;
    this.clients = clients;
  }

  /**
   * A server just admitted, the only moment at which its client's secret is at hand.
   *
   * @param server the server
   * @param secret its client's secret
   */
  public record Admitted(ResourceServer server, @Nullable String secret) {
    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Admitted[" + server.id() + "]";
    }
  }

  /**
   * Admits a server.
   *
   * @param actor who asks
   * @param tokens what the tokens for it are like
   * @param approvals who may approve there what nobody has granted
   * @throws RequestException {@link ErrorCode#CONFLICT} if the identifier is taken; {@link
   *     ErrorCode#UNPROCESSABLE} if the scope template is none
   */
  @Transactional
  public Admitted admit(String actor, String id, TokenTerms tokens, ApprovalPolicy approvals) {
    requireTemplate(tokens);
    ClientService.Registered registered =
        clients.register(
            actor,
            new ClientService.Registration(
                id,
                ClientKind.RESOURCE_SERVER,
                Set.of(),
                EnumSet.of(
                    AuthenticationMethod.CLIENT_SECRET_BASIC,
                    AuthenticationMethod.CLIENT_SECRET_POST),
                Set.of("uma_protection")));
    return new Admitted(
        servers.registerSelfRegistering(
            actor, id, registered.client().clientId(), tokens, approvals),
        registered.secret());
  }

  /**
   * Changes what can be changed of a server, with or without a proxy.
   *
   * @param actor who asks
   * @param tokens what the tokens for it are like
   * @param approvals who may approve there what nobody has granted
   * @param expectedVersion the version that the change is for; null for any
   * @throws RequestException {@link ErrorCode#NOT_FOUND}; {@link ErrorCode#PRECONDITION_FAILED};
   *     {@link ErrorCode#UNPROCESSABLE} if the scope template is none
   */
  @Transactional
  public ResourceServer change(
      String actor,
      String id,
      TokenTerms tokens,
      ApprovalPolicy approvals,
      @Nullable Long expectedVersion) {
    requireTemplate(tokens);
    return servers.change(actor, id, tokens, approvals, expectedVersion);
  }

  private static void requireTemplate(TokenTerms tokens) {
    String template = tokens.scopeTemplate();
    if (template != null) {
      TokenScopes.require(template);
    }
  }
}
