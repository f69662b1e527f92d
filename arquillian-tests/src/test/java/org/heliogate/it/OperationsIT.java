package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.Instance;
import org.junit.jupiter.api.Test;

/** What operators' tools read on the management port, and the description of the API. */
class OperationsIT {

  private final Instance instance = Instance.current();

  @Test
  void readinessWhenAllIsWellThenNamesWhatWasLookedAt() throws Exception {
    JsonNode health =
        new com.fasterxml.jackson.databind.ObjectMapper().readTree(management("/health/ready"));
    assertThat(health.path("status").asText()).isEqualTo("UP");
    assertThat(health.path("checks"))
        .anySatisfy(
            check -> {
              assertThat(check.path("name").asText()).isEqualTo("heliogate");
              assertThat(check.path("status").asText()).isEqualTo("UP");
              assertThat(check.path("data").path("hsm").asText()).isEqualTo("up");
              assertThat(check.path("data").path("database").asText()).isEqualTo("up");
            });
  }

  @Test
  void livenessWhenRunningThenUp() throws Exception {
    assertThat(management("/health/live")).contains("UP");
  }

  @Test
  void metricsWhenReadThenHaveThePoolOfTheBroker() throws Exception {
    assertThat(management("/metrics")).contains("resource_adapters_pool_", "jvm_memory");
  }

  @Test
  void metricsWhenReadThenSayWhenTheFirstCertificatesEnd() {
    Awaitility.await("the first look at the inventory")
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(management("/metrics"))
                    .containsPattern(
                        "heliogate_certificates_first_end\\{[^}]*profile=\"issuing-ca\"")
                    .containsPattern("heliogate_certificates_first_end\\{[^}]*profile=\"server\""));
  }

  @Test
  void openApiWhenReadThenDescribesTheWholeApi() {
    assertThat(instance.http().get("/openapi").expect(200).body())
        .contains("/bootstrap", "/oauth/token", "/proxy/{server}", "/csr", "/admin/api/v1/devices");
  }

  private String management(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(instance.management() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }
}
