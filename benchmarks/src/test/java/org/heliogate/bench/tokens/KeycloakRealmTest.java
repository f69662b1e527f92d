package org.heliogate.bench.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class KeycloakRealmTest {

  private final KeycloakRealm realm = new KeycloakRealm(3);
  private final ObjectNode document = realm.document();

  @Test
  void documentWhenMadeThenHasTheResourceServerBesideTheClients() {
    assertThat(document.path("clients").findValuesAsText("clientId"))
        .containsExactly("c0", "c1", "c2", "bench-server");
    assertThat(document.path("users").findValuesAsText("serviceAccountClientId"))
        .containsExactly("c0", "c1", "c2", "bench-server");
    assertThat(document.path("users").path(0).at("/realmRoles/0").asText())
        .isEqualTo("bench-reader");
  }

  @Test
  void documentWhenMadeThenResourcesAndSecretsAreThoseOfThePopulation() {
    Population.Party last = realm.population().parties().get(2);

    assertThat(document.at("/clients/2/secret").asText()).isEqualTo(last.secret());
    assertThat(document.at("/clients/3/authorizationSettings/resources/2/_id").asText())
        .isEqualTo(last.resource());
  }

  @Test
  void populationWhenMadeThenEachHasASecretAndAResourceOfItsOwn() {
    assertThat(realm.population().parties())
        .doesNotHaveDuplicates()
        .extracting(Population.Party::secret)
        .doesNotHaveDuplicates()
        .allMatch(secret -> secret.length() == 43);
    assertThat(realm.population().parties())
        .extracting(Population.Party::resource)
        .doesNotHaveDuplicates();
  }
}
