package org.heliogate.device.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.heliogate.device.failure.ServerUnreachableException;
import org.jspecify.annotations.Nullable;

/**
 * HTTPS to one server, repeating what may be repeated: lost connections, 429 and 503.
 *
 * <p>Verifies the server's certificate against the given context and its host name; follows no
 * redirects. Safe for use by many threads.
 */
public final class HttpTransport {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client;
  private final RetryPolicy policy;
  private final Clock clock;
  private final Pause pause;

  /**
   * Makes a transport.
   *
   * @param trust whom to trust
   * @param policy how long to try
   * @param clock for a {@code Retry-After} that is a date
   * @param pause how to wait
   */
  public HttpTransport(SSLContext trust, RetryPolicy policy, Clock clock, Pause pause) {
    this.client =
        HttpClient.newBuilder()
            .sslContext(trust)
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    this.policy = policy;
    this.clock = clock;
    this.pause = pause;
  }

  /** How this transport waits. */
  public Pause pause() {
    return pause;
  }

  /**
   * Sends a request, made anew for each try, until there is an answer that is neither 429 nor 503.
   *
   * <p>Before the next try it waits as long as the server's {@code Retry-After} says, but never
   * less than the policy does.
   *
   * @param request makes the request, once a try; a try without an answer may have been served
   * @return the answer, whatever else its status
   * @throws ServerUnreachableException when the policy's time is over, or the server not trusted
   */
  public Answer send(Supplier<HttpRequest> request) {
    Duration waited = Duration.ZERO;
    for (int tries = 1; ; tries++) {
      Attempt attempt = attempt(request.get());
      if (attempt instanceof Answered answered) {
        return answered.answer();
      }
      Failed failed = (Failed) attempt;
      Duration own = shortened(policy.pauseAfter(tries));
      Duration next = failed.retryAfter().filter(wish -> wish.compareTo(own) > 0).orElse(own);
      waited = waited.plus(next);
      if (waited.compareTo(policy.total()) > 0) {
        throw new ServerUnreachableException(
            failed.problem() + " (tried " + tries + (tries == 1 ? " time)" : " times)"),
            "Check that the authorization server runs and is reachable, then try again.",
            failed.cause());
      }
      sleep(next);
    }
  }

  private Attempt attempt(HttpRequest request) {
    String server = request.uri().getAuthority();
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      int status = response.statusCode();
      if (status == 429 || status == 503) {
        return new Failed(
            "the server " + server + " is busy (HTTP " + status + ")",
            retryAfter(response.headers()),
            null);
      }
      return new Answered(new Answer(status, date(response.headers()), json(response.body())));
    } catch (IOException e) {
      if (isDistrust(e)) {
        throw new ServerUnreachableException(
            "the server " + server + " is not trusted: " + e.getMessage(),
            "Check the CA file of the software image, the server's name and this device's clock.",
            e);
      }
      return new Failed(
          "cannot reach the server " + server + ": " + e.getClass().getSimpleName(),
          Optional.empty(),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  private static boolean isDistrust(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || cause instanceof SSLPeerUnverifiedException) {
        return true;
      }
    }
    return false;
  }

  private Optional<Duration> retryAfter(HttpHeaders headers) {
    return headers
        .firstValue("Retry-After")
        .flatMap(
            value ->
                value.matches("[0-9]{1,9}")
                    ? Optional.of(Duration.ofSeconds(Long.parseLong(value)))
                    : httpDate(value).map(at -> Duration.between(clock.instant(), at)));
  }

  private static Optional<Instant> date(HttpHeaders headers) {
    return headers.firstValue("Date").flatMap(HttpTransport::httpDate);
  }

  private static Optional<Instant> httpDate(String value) {
    try {
      return Optional.of(
          ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode parsed = JSON.readTree(body);
      return parsed == null ? MissingNode.getInstance() : parsed;
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static Duration shortened(Duration pause) {
    long nanos = pause.toNanos();
    return Duration.ofNanos(nanos - ThreadLocalRandom.current().nextLong(nanos / 2 + 1));
  }

  private void sleep(Duration duration) {
    try {
      pause.await(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  private static ServerUnreachableException interrupted(InterruptedException e) {
    return new ServerUnreachableException("interrupted while asking the server", "Try again.", e);
  }

  private sealed interface Attempt permits Answered, Failed {}

  private record Answered(Answer answer) implements Attempt {}

  private record Failed(String problem, Optional<Duration> retryAfter, @Nullable Throwable cause)
      implements Attempt {}
}
