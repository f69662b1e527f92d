package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.heliogate.it.fixture.Admin;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Concurrently;
import org.heliogate.it.fixture.Http;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.Test;

/** The same contract over HTTP/2, which clients choose in the TLS handshake (RFC 9113 §3.3). */
class HttpTwoIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final Instance instance = Instance.current();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_2)
          .sslContext(instance.sslContext())
          .build();

  @Test
  void tokenWhenManyAskOnOneConnectionThenEachGetsItsOwn() {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    BodyPublisher form =
        BodyPublishers.ofByteArray(
            Http.encode(Map.of("grant_type", "client_credentials", "scope", "uma_authorization")));
    String authorization = Admin.basic(application.clientId(), application.secret());
    assertThat(
            Concurrently.run(
                8,
                () ->
                    send(token().header("Authorization", authorization).POST(form).build())
                        .expect(200)
                        .notStored()
                        .text("access_token")))
        .doesNotHaveDuplicates()
        .allMatch(aat -> !aat.isEmpty());
  }

  private HttpRequest.Builder token() {
    return HttpRequest.newBuilder(URI.create(instance.issuer() + "/oauth/token"))
        .timeout(TIMEOUT)
        .header("Content-Type", Http.FORM);
  }

  private Reply send(HttpRequest request) {
    HttpResponse<byte[]> response =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).join();
    assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
    return new Reply(response.statusCode(), response.headers(), response.body());
  }
}
