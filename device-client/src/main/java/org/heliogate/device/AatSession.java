package org.heliogate.device;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.heliogate.device.failure.RequestRefusedException;
import org.heliogate.device.http.Answer;
import org.heliogate.device.http.Authorization;
import org.heliogate.device.http.RequestBody;

/**
 * The authorization API token (AAT) of one client: obtained when needed, kept, and presented.
 *
 * <p>A device's one-time password is used until the server has answered it, so that an outage does
 * not carry the counter beyond what the server looks ahead.
 */
final class AatSession {

  private static final String DOING = "authenticating the client";

  private final ClientContext context;
  private final String clientId;
  private final ClientAuthentication authentication;
  private final SecurityConfiguration configuration;

  AatSession(
      ClientContext context,
      String clientId,
      ClientAuthentication authentication,
      SecurityConfiguration configuration) {
    this.context = context;
    this.clientId = clientId;
    this.authentication = authentication;
    this.configuration = configuration;
  }

  /** Makes sure that there is a valid token; one thread of one process at a time asks for it. */
  void ensure() {
    if (!hasToken()) {
      configuration.asking(
          () -> {
            if (!hasToken()) {
              obtain();
            }
          });
    }
  }

  private boolean hasToken() {
    return configuration.aat(context.clock().instant()).isPresent();
  }

  private void obtain() {
    ClientContext.Stopwatch stopwatch = context.stopwatch();
    Instant asked = context.clock().instant();
    Answer answer = ask();
    if (answer.status() == 401 && configuration.dropOtp()) {
      answer = ask();
    }
    if (!answer.isOk()) {
      if (answer.status() == 401) {
        configuration.dropOtp();
      }
      throw answer.refusal(DOING);
    }
    String aat = answer.required("access_token", DOING);
    Duration life = Duration.ofSeconds(answer.body().path("expires_in").asLong(300));
    configuration.store(aat, asked.plus(life));
    context.listener().completed(Step.AAT, stopwatch.elapsed());
  }

  private Answer ask() {
    String fixedHeader = authentication.header(clientId);
    Authorization authorization =
        fixedHeader.isEmpty() ? Authorization.NONE : (method, uri, body) -> fixedHeader;
    return context
        .server()
        .post(context.server().endpoint("/oauth/token"), this::tokenRequest, authorization);
  }

  private RequestBody tokenRequest() {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("scope", "uma_authorization");
    form.putAll(authentication.fields(clientId, configuration::otp));
    return RequestBody.form(form);
  }

  /** Drops the token. */
  void forget() {
    configuration.forget();
  }

  /** Presents the token: as a one-time password on a device, as Bearer elsewhere. */
  Authorization authorization() {
    if (authentication.onDevice()) {
      return new OneTimeAat(configuration::spend);
    }
    return (method, uri, body) -> "Bearer " + configuration.current();
  }

  /**
   * Does something with a valid token; when the server does not know the token any more, or the
   * ticket got with it, does it once more with a new one.
   */
  <T> T withToken(Supplier<T> action) {
    ensure();
    try {
      return action.get();
    } catch (RequestRefusedException e) {
      switch (e.error()) {
        case "invalid_token" -> {
          configuration.forget();
          ensure();
        }
        case "invalid_grant" -> ensure();
        default -> throw e;
      }
      return action.get();
    }
  }
}
