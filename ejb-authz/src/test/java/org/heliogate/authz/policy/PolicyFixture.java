package org.heliogate.authz.policy;

import jakarta.persistence.EntityManager;
import java.util.Set;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.grant.Effect;
import org.heliogate.authz.grant.Entitlements;
import org.heliogate.authz.grant.GrantStore;
import org.heliogate.authz.grant.PrefixSyntax;
import org.heliogate.authz.grant.ResourceRegistrar;
import org.heliogate.authz.grant.Role;
import org.heliogate.authz.grant.RoleStore;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.projection.CredentialKind;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.resource.RegisteredResources;
import org.heliogate.authz.resource.ResourceProxies;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.resource.StoredResources;
import org.heliogate.authz.resource.StoredServers;
import org.heliogate.authz.resource.TokenTerms;
import org.heliogate.authz.resource.jpa.ResourceServerEntity;
import org.heliogate.authz.workflow.ExpressionException;
import org.heliogate.authz.workflow.RoleGrant;
import org.heliogate.authz.workflow.TemplateExpression;
import org.heliogate.spi.ResourceProxyConnection;
import org.heliogate.spi.ResourceProxyConnectionFactory;
import org.heliogate.spi.ResourceServerDescription;
import org.heliogate.spi.ResourceSyntax;
import org.heliogate.spi.SecurityProfile;
import org.jspecify.annotations.Nullable;

/**
 * A database with a broker whose adapter knows the scopes {@code read} and {@code write}, a server
 * {@code album} that registers its own resources, the role {@code reader}, which may read {@code
 * a/*}, and the applications {@code c-1}, with that role, and {@code c-2}.
 */
public final class PolicyFixture implements AutoCloseable {

  public static final String SERVER = "broker";
  public static final String ROLE = "reader";
  public static final String CLIENT = "c-1";
  public static final String OTHER = "c-2";

  public final MutableClock clock = new MutableClock();
  public final TestEvent<ChangeNotice> events = new TestEvent<>();
  public final TestDatabase database = TestDatabase.create();
  public final PrefixSyntax syntax = new PrefixSyntax();

  public PolicyFixture() {
    database.runInTransaction(
        em -> {
          em.persist(
              new ResourceServerEntity(
                  SERVER, "mqtt", ResourceProxies.ROOT + SERVER, clock.instant()));
          client(em, CLIENT, "hg-aaaaaaaaaaaaaaaaaaaaaaaaaa");
          client(em, OTHER, "hg-bbbbbbbbbbbbbbbbbbbbbbbbbb");
          em.persist(
              ResourceServerEntity.selfRegistering(
                  "album", "oauth", OTHER, TokenTerms.DEFAULT, clock.instant()));
          new RoleStore(em, notices(em))
              .define(
                  new Role(
                      ROLE,
                      "w",
                      1,
                      java.util.List.of(new RoleGrant(SERVER, template("a/*"), Set.of("read")))));
          em.flush();
          em.find(ClientEntity.class, CLIENT).setRoles(Set.of(ROLE));
        });
  }

  /** Terms of a grant to {@link #CLIENT}, without bounds. */
  public static GrantTerms own(String resource, Effect effect, String... scopes) {
    return new GrantTerms(CLIENT, null, SERVER, resource, Set.of(scopes), effect, null, null);
  }

  /** Terms of a grant to {@link #ROLE}, without bounds. */
  public static GrantTerms ofRole(String resource, Effect effect, String... scopes) {
    return new GrantTerms(null, ROLE, SERVER, resource, Set.of(scopes), effect, null, null);
  }

  public GrantService grants(EntityManager em) {
    return new GrantService(
        em,
        new GrantRules(em, new ClientStore(em), servers(em), clock),
        new ResourceRegistrar(em, resources(em)),
        projections(em),
        notices(em),
        new AuditTrail(em, clock),
        clock);
  }

  public Entitlements entitlements(EntityManager em) {
    return new Entitlements(new RoleStore(em, notices(em)), new GrantStore(em), servers(em), clock);
  }

  public RegisteredResources resources(EntityManager em) {
    return new RegisteredResources(em, new StoredResources(em), notices(em));
  }

  public GrantBounds bounds(EntityManager em) {
    return new GrantBounds(em, projections(em), clock);
  }

  public Projections projections(EntityManager em) {
    return new Projections(
        em, new RoleStore(em, notices(em)), new TestSealer(), clock, new TestEvent<>());
  }

  public ResourceServers servers(EntityManager em) {
    return new ResourceServers(
        em, new StoredServers(em), new Proxies(), notices(em), new AuditTrail(em, clock), clock);
  }

  public ChangeNotices notices(EntityManager em) {
    return new ChangeNotices(em, clock, events);
  }

  /** The client as it is stored. */
  public static RegisteredClient client(EntityManager em) {
    return new ClientStore(em).load(CLIENT).orElseThrow();
  }

  /** Makes {@link #CLIENT} a principal of the broker and gives the generation that is wanted. */
  public long generation() {
    return database.inTransaction(
        em -> projections(em).require(client(em), SERVER, CredentialKind.X509).generation());
  }

  public static TemplateExpression template(String text) {
    try {
      return TemplateExpression.parse(text, TemplateExpression.Use.RESOURCE);
    } catch (ExpressionException e) {
      throw new AssertionError(e);
    }
  }

  private void client(EntityManager em, String id, String username) {
    ClientEntity client =
        new ClientEntity(id, username, "app", ClientKind.APPLICATION, clock.instant());
    client.setTerms(
        Set.of(AuthenticationMethod.CLIENT_SECRET_BASIC), Set.of("uma_authorization"), true, false);
    em.persist(client);
  }

  @Override
  public void close() {
    database.close();
  }

  /** The one pool that is bound. */
  private final class Proxies extends ResourceProxies {

    @Override
    public ResourceProxyConnectionFactory find(String jndiName) {
      return new Factory(syntax);
    }
  }

  private static final class Factory implements ResourceProxyConnectionFactory {

    private static final long serialVersionUID = 1L;
    private final transient @Nullable ResourceSyntax syntax;

    Factory(ResourceSyntax syntax) {
      this.syntax = syntax;
    }

    @Override
    public ResourceProxyConnection getConnection() {
      throw new UnsupportedOperationException("nothing is sent here");
    }

    @Override
    public ResourceServerDescription describe() {
      return new ResourceServerDescription(
          "mqtt",
          java.util.List.of(
              new SecurityProfile(
                  SecurityProfile.Type.PASSWORD, "mqtts://localhost:1", java.util.List.of()),
              new SecurityProfile(
                  SecurityProfile.Type.X509, "mqtts://localhost:1", java.util.List.of())),
          Set.of("read", "write"),
          ".*");
    }

    @Override
    public ResourceSyntax syntax() {
      return syntax == null ? ResourceSyntax.NAMES : syntax;
    }
  }
}
