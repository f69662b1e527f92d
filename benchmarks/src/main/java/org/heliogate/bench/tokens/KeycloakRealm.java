package org.heliogate.bench.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.heliogate.bench.tokens.Population.Party;

/**
 * A realm as Keycloak imports it: confidential clients with service accounts, each with the role
 * that one permission asks for, and one resource server with a resource for each of them. That is
 * less than what this product is asked for, whose clients each have a right of their own.
 */
final class KeycloakRealm {

  static final String NAME = "bench";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROLE = "bench-reader";
  private static final String POLICY = "has-role";
  private static final String TYPE = "urn:bench:resource";
  private static final int TOKEN_SECONDS = 300;
  private static final int SECRET_BYTES = 32;

  private final SecureRandom random = new SecureRandom();
  private final Population population;

  /** A realm with so many clients and resources, with new secrets. */
  KeycloakRealm(int size) {
    List<Party> parties = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      parties.add(new Party("c" + i, secret(), resourceId(i)));
    }
    this.population = new Population(new Party("bench-server", secret(), ""), parties);
  }

  private static String resourceId(int index) {
    return UUID.nameUUIDFromBytes(("bench/c" + index).getBytes(UTF_8)).toString();
  }

  private String secret() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  /** Who is in it. */
  Population population() {
    return population;
  }

  /** The document to be imported. */
  ObjectNode document() {
    ObjectNode realm = JSON.createObjectNode();
    realm.put("realm", NAME).put("enabled", true).put("accessTokenLifespan", TOKEN_SECONDS);
    realm.put("eventsEnabled", false).put("adminEventsEnabled", false);
    realm.putObject("roles").putArray("realm").addObject().put("name", ROLE);
    ArrayNode clients = realm.putArray("clients");
    ArrayNode users = realm.putArray("users");
    for (Party party : population.parties()) {
      clients.add(client(party));
      users.add(serviceAccount(party));
    }
    ObjectNode server = client(population.resourceServer());
    server.put("authorizationServicesEnabled", true);
    server.set("authorizationSettings", authorization());
    clients.add(server);
    ObjectNode account = serviceAccount(population.resourceServer());
    account
        .putObject("clientRoles")
        .putArray(population.resourceServer().clientId())
        .add("uma_protection");
    users.add(account);
    realm
        .withObject("/roles/client")
        .putArray(population.resourceServer().clientId())
        .addObject()
        .put("name", "uma_protection");
    return realm;
  }

  private static ObjectNode client(Party party) {
    ObjectNode client = JSON.createObjectNode();
    client.put("clientId", party.clientId()).put("secret", party.secret());
    client.put("enabled", true).put("publicClient", false).put("serviceAccountsEnabled", true);
    client.put("standardFlowEnabled", false).put("directAccessGrantsEnabled", false);
    client.put("clientAuthenticatorType", "client-secret").put("fullScopeAllowed", true);
    return client;
  }

  private static ObjectNode serviceAccount(Party party) {
    ObjectNode user = JSON.createObjectNode();
    user.put("username", "service-account-" + party.clientId()).put("enabled", true);
    user.put("serviceAccountClientId", party.clientId());
    user.putArray("realmRoles").add(ROLE);
    return user;
  }

  private ObjectNode authorization() {
    ObjectNode settings = JSON.createObjectNode();
    settings.put("allowRemoteResourceManagement", true).put("policyEnforcementMode", "ENFORCING");
    settings.put("decisionStrategy", "UNANIMOUS");
    settings.putArray("scopes").addObject().put("name", Population.SCOPE);
    ArrayNode resources = settings.putArray("resources");
    for (int i = 0; i < population.size(); i++) {
      ObjectNode resource = resources.addObject();
      resource.put("_id", population.parties().get(i).resource()).put("name", "bench/c" + i);
      resource.put("type", TYPE).put("ownerManagedAccess", false);
      resource.putArray("scopes").addObject().put("name", Population.SCOPE);
    }
    ArrayNode policies = settings.putArray("policies");
    ObjectNode policy = policies.addObject();
    policy.put("name", POLICY).put("type", "role").put("logic", "POSITIVE");
    policy.put("decisionStrategy", "UNANIMOUS");
    policy.putObject("config").put("roles", "[{\"id\":\"%s\",\"required\":true}]".formatted(ROLE));
    ObjectNode permission = policies.addObject();
    permission.put("name", "read-all").put("type", "resource").put("logic", "POSITIVE");
    permission.put("decisionStrategy", "UNANIMOUS");
    permission
        .putObject("config")
        .put("defaultResourceType", TYPE)
        .put("applyPolicies", "[\"%s\"]".formatted(POLICY));
    return settings;
  }
}
