package org.heliogate.rest.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.heliogate.authz.bootstrap.ClientLifecycle;
import org.heliogate.authz.bootstrap.DeviceLifecycle;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.ClientStore;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.DeviceStore;
import org.heliogate.authz.device.Onboarding;
import org.heliogate.authz.device.Standing;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.idempotency.IdempotencyLedger;
import org.heliogate.authz.idempotency.IdempotentRequest;
import org.heliogate.authz.idempotency.IdempotentRequests;
import org.heliogate.authz.idempotency.IdempotentRequests.Recording;
import org.heliogate.authz.idempotency.RecordedAnswer;
import org.heliogate.authz.signing.Publication;
import org.heliogate.authz.signing.SigningKey;
import org.heliogate.authz.signing.SigningKeyRotation;
import org.heliogate.rest.wire.CallerContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Actions that would do something again, asked for twice under one key. */
@SuppressWarnings("NullAway") // Nothing reaches a database, an HSM or the network.
class RepeatedActionsTest {

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final List<String> done = new ArrayList<>();
  private final List<RecordedAnswer> answers = new ArrayList<>();
  private final MultivaluedMap<String, String> query = new MultivaluedHashMap<>();

  @Test
  void revokeTokensWhenRepeatedThenOnce() throws Exception {
    ClientsResource resource = resource(new ClientsResource());
    resource.revokeTokens("c-1");
    resource.revokeTokens("c-1");
    assertOnce("revoke-tokens c-1");
    assertThat(answers.get(1).tag()).isEqualTo("0");
    assertThatThrownBy(() -> resource.revokeTokens("c-2")).isInstanceOf(RequestException.class);
    assertThatThrownBy(() -> resource.rotateSecret("c-1")).isInstanceOf(RequestException.class);
    assertThat(done).hasSize(1);
  }

  @Test
  void actWhenRepeatedThenOnce() throws Exception {
    DevicesResource resource = resource(new DevicesResource());
    resource.act("SE-1", "rearm");
    resource.act("SE-1", "rearm");
    assertOnce("REARM SE-1");
    assertThat(answers.get(1).tag()).isEqualTo("7");
    assertThatThrownBy(() -> resource.act("SE-2", "rearm")).isInstanceOf(RequestException.class);
    assertThatThrownBy(() -> resource.act("SE-1", "suspend")).isInstanceOf(RequestException.class);
    assertThat(done).hasSize(1);
  }

  @Test
  void rotateWhenRepeatedThenOnceAndEmergencyIsPartOfTheRequest() throws Exception {
    SigningKeysResource resource = resource(new SigningKeysResource());
    query.putSingle("emergency", "true");
    resource.rotate();
    resource.rotate();
    assertOnce("replace");
    assertThat(answers.get(1).tag()).isEmpty();
    query.remove("emergency");
    assertThatThrownBy(resource::rotate).isInstanceOf(RequestException.class);
    assertThat(done).hasSize(1);
  }

  private void assertOnce(String action) {
    assertThat(done).containsExactly(action);
    assertThat(answers).hasSize(2);
    assertThat(answers.get(1)).isEqualTo(answers.get(0));
    assertThat(answers.get(0).status()).isEqualTo(200);
  }

  /** Gives a resource all that it asks for and that is faked here. */
  private <T> T resource(T resource) throws IllegalAccessException {
    List<Object> fakes =
        List.of(
            new OneKey(),
            new Administrator(),
            new Clients(),
            new Devices(),
            new ClientActions(),
            new DeviceActions(),
            new Rotation(),
            CLOCK,
            fake(HttpHeaders.class, null),
            fake(UriInfo.class, query));
    for (Field field : resource.getClass().getDeclaredFields()) {
      for (Object fake : fakes) {
        if (field.getType().isInstance(fake)) {
          field.setAccessible(true);
          field.set(resource, fake);
        }
      }
    }
    return resource;
  }

  private static <T> T fake(Class<T> type, @Nullable Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer));
  }

  /** All requests have the same key; no HTTP answer is made. */
  private final class OneKey extends Repeatable {

    private final IdempotentRequests requests = new IdempotentRequests(new Ledger());

    private OneKey() {
      super(null, null);
    }

    @Override
    Response prepared(
        HttpHeaders headers, String target, Object body, Function<Recording, RecordedAnswer> work) {
      answers.add(
          requests.oncePrepared(
              new IdempotentRequest("admin", "key", target, Replies.json(body)), work));
      return null;
    }
  }

  private static final class Ledger extends IdempotencyLedger {

    private final Map<IdempotentRequest, RecordedAnswer> kept = new HashMap<>();

    private Ledger() {
      super(null, null, CLOCK);
    }

    @Override
    public Optional<RecordedAnswer> find(IdempotentRequest request) {
      if (!kept.isEmpty() && !kept.containsKey(request)) {
        throw new RequestException(ErrorCode.UNPROCESSABLE, "the key of another request");
      }
      return Optional.ofNullable(kept.get(request));
    }

    @Override
    public RecordedAnswer perform(IdempotentRequest request, Supplier<RecordedAnswer> effect) {
      RecordedAnswer answer = effect.get();
      kept.put(request, answer);
      return answer;
    }
  }

  private static final class Administrator extends CallerContext {

    @Override
    public String actor() {
      return "admin";
    }
  }

  private static final class Clients extends ClientStore {

    private Clients() {
      super(null);
    }

    @Override
    public Optional<RegisteredClient> load(String clientId) {
      return Optional.of(
          new RegisteredClient(
              clientId,
              "hg-aaaaaaaaaaaaaaaaaaaaaaaaaa",
              "app",
              ClientKind.APPLICATION,
              Optional.empty(),
              Optional.empty(),
              true,
              Set.of(),
              Set.of("uma_authorization"),
              true,
              false,
              null,
              Instant.EPOCH,
              Set.of(),
              Instant.EPOCH,
              0,
              Optional.empty(),
              null));
    }
  }

  private final class ClientActions extends ClientLifecycle {

    private ClientActions() {
      super(null, null, null, null, null, null, null, null, CLOCK);
    }

    @Override
    public void revokeTokens(String actor, String clientId, @Nullable Long expectedVersion) {
      done.add("revoke-tokens " + clientId);
    }
  }

  private static final class Devices extends DeviceStore {

    private Devices() {
      super(null);
    }

    @Override
    public Optional<Device> find(String masterId) {
      return Optional.of(
          new Device(
              masterId,
              "AAAA",
              Map.of(),
              List.of(),
              Onboarding.CONFIRMED,
              Standing.ACTIVE,
              Instant.EPOCH,
              Instant.EPOCH,
              7));
    }
  }

  private final class DeviceActions extends DeviceLifecycle {

    private DeviceActions() {
      super(null, null, null, null, null, null, CLOCK);
    }

    @Override
    public Device apply(
        String actor, String masterId, Action action, @Nullable Long expectedVersion) {
      done.add(action + " " + masterId);
      return new Devices().find(masterId).orElseThrow();
    }
  }

  private final class Rotation extends SigningKeyRotation {

    private Rotation() {
      super(null, null, null, null, null, CLOCK);
    }

    @Override
    public <T> T rotate(String actor, Publication<T> publication) {
      done.add("rotate");
      return publication.of(RepeatedActionsTest::key);
    }

    @Override
    public <T> T replace(String actor, Publication<T> publication) {
      done.add("replace");
      return publication.of(RepeatedActionsTest::key);
    }
  }

  private static SigningKey key() {
    try {
      return new SigningKey(
          "rpt-1",
          1,
          SigningKey.Holder.KEY_STORE,
          null,
          new ECKeyGenerator(Curve.P_256).keyID("k").generate().toPublicJWK(),
          Instant.EPOCH,
          Instant.EPOCH,
          null,
          null);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }
}
