package org.heliogate.authz.idempotency;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.persistence.EntityManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.authz.platform.TestDatabase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotentRequestsTest {

  private static final Instant START = Instant.parse("2026-11-01T10:00:00Z");
  private static final IdempotentRequest REQUEST =
      new IdempotentRequest("admin-1", "key-1", "POST /clients", "{\"name\":\"a\"}");

  private final TestDatabase database = TestDatabase.create();
  private final AtomicInteger effects = new AtomicInteger();
  private volatile Instant now = START;
  private final ThreadLocal<@Nullable EntityManager> current = new ThreadLocal<>();
  private final Ledger ledger = new Ledger();
  private final IdempotentRequests requests = new IdempotentRequests(ledger);

  /** The ledger with a transaction around each call, as CDI puts it there. */
  private final class Ledger extends IdempotencyLedger {

    private Ledger() {
      super(entityManager(), new ContextSealer(), clock());
    }

    @Override
    public Optional<RecordedAnswer> find(IdempotentRequest request) {
      return within(() -> super.find(request));
    }

    @Override
    public RecordedAnswer perform(IdempotentRequest request, Supplier<RecordedAnswer> effect) {
      return within(() -> super.perform(request, effect));
    }

    @Override
    public boolean purge() {
      return within(super::purge);
    }

    private <T> T within(Supplier<T> call) {
      return database.inTransaction(
          em -> {
            current.set(em);
            try {
              return call.get();
            } finally {
              current.remove();
            }
          });
    }
  }

  private EntityManager entityManager() {
    return (EntityManager)
        Proxy.newProxyInstance(
            EntityManager.class.getClassLoader(),
            new Class<?>[] {EntityManager.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(current.get(), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }

  /** Hides nothing, but opens a value only in the context in which it was sealed. */
  private static final class ContextSealer implements SecretSealer {

    @Override
    public String seal(byte[] secret, String context) {
      return context + '|' + Base64.getEncoder().encodeToString(secret);
    }

    @Override
    public byte[] open(String kept, String context) {
      assertThat(kept).startsWith(context + '|');
      return Base64.getDecoder().decode(kept.substring(context.length() + 1).getBytes(UTF_8));
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  private RecordedAnswer answer() {
    return new RecordedAnswer(201, "/clients/1", "0", "{\"n\":" + effects.incrementAndGet() + "}");
  }

  @Test
  void onceWhenRepeatedThenSameAnswerAndOneEffect() {
    RecordedAnswer first = requests.once(REQUEST, this::answer);
    RecordedAnswer second = requests.once(REQUEST, this::answer);
    assertThat(second).isEqualTo(first);
    assertThat(effects).hasValue(1);
  }

  @Test
  void onceWhenKeyServesAnotherRequestThenUnprocessable() {
    requests.once(REQUEST, this::answer);
    IdempotentRequest other =
        new IdempotentRequest("admin-1", "key-1", "POST /clients", "{\"name\":\"b\"}");
    assertThatThrownBy(() -> requests.once(other, this::answer))
        .isInstanceOfSatisfying(
            RequestException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNPROCESSABLE));
    assertThat(effects).hasValue(1);
  }

  @Test
  void onceWhenAnotherCallerHasTheKeyThenBothAreCarriedOut() {
    requests.once(REQUEST, this::answer);
    requests.once(
        new IdempotentRequest("admin-2", REQUEST.key(), REQUEST.target(), REQUEST.content()),
        this::answer);
    assertThat(effects).hasValue(2);
  }

  @Test
  void onceWhenRefusedThenNothingIsKept() {
    assertThatThrownBy(
            () ->
                requests.once(
                    REQUEST,
                    () -> {
                      throw new RequestException(ErrorCode.CONFLICT, "not now");
                    }))
        .isInstanceOf(RequestException.class);
    assertThat(requests.once(REQUEST, this::answer).body()).isEqualTo("{\"n\":1}");
  }

  @Test
  void onceWhenADayHasPassedThenCarriedOutAnew() {
    requests.once(REQUEST, this::answer);
    now = START.plus(Duration.ofHours(24));
    requests.once(REQUEST, this::answer);
    assertThat(effects).hasValue(2);
  }

  @Test
  void onceWhenManyArriveTogetherThenOneEffect() throws Exception {
    int callers = 6;
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<RecordedAnswer>> answers = new ArrayList<>();
    try {
      for (int i = 0; i < callers; i++) {
        answers.add(
            threads.submit(
                () -> {
                  start.await();
                  return requests.once(REQUEST, this::answer);
                }));
      }
      start.countDown();
      for (Future<RecordedAnswer> answer : answers) {
        assertThat(answer.get().body()).isEqualTo("{\"n\":1}");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(effects).hasValue(1);
  }

  @Test
  void oncePreparedWhenRepeatedThenNothingIsPreparedAgain() {
    AtomicInteger prepared = new AtomicInteger();
    for (int i = 0; i < 2; i++) {
      RecordedAnswer answer =
          requests.oncePrepared(
              REQUEST,
              recording -> {
                prepared.incrementAndGet();
                return recording.of(this::answer);
              });
      assertThat(answer.body()).isEqualTo("{\"n\":1}");
    }
    assertThat(prepared).hasValue(1);
  }

  @Test
  void oncePreparedWhenAnotherWasFasterThenItsAnswerAndOneEffect() {
    RecordedAnswer answer =
        requests.oncePrepared(
            REQUEST,
            recording -> {
              requests.once(REQUEST, this::answer);
              return recording.of(this::answer);
            });
    assertThat(answer.body()).isEqualTo("{\"n\":1}");
    assertThat(effects).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16_384, 16_385, 24_000})
  void onceWhenTheAnswerIsLongThenKept(int characters) {
    RecordedAnswer answer = new RecordedAnswer(200, "", "", "\u20ac".repeat(characters));
    requests.once(REQUEST, () -> answer);
    assertThat(requests.once(REQUEST, this::answer)).isEqualTo(answer);
  }

  @Test
  void purgeWhenTooOldThenForgotten() {
    requests.once(REQUEST, this::answer);
    requests.purge();
    assertThat(ledger.find(REQUEST)).isPresent();
    now = START.plus(Duration.ofHours(24));
    requests.purge();
    now = START;
    assertThat(ledger.find(REQUEST)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "tab\t", "umlaut-\u00e4", "\u0000"})
  void newWhenKeyIsNotVisibleAsciiThenRefused(String key) {
    assertThatThrownBy(() -> new IdempotentRequest("admin-1", key, "POST /clients", ""))
        .isInstanceOf(RequestException.class);
  }

  @Test
  void newWhenKeyHas129CharactersThenRefused() {
    assertThatThrownBy(() -> new IdempotentRequest("a", "k".repeat(129), "POST /clients", ""))
        .isInstanceOf(RequestException.class);
    assertThat(new IdempotentRequest("a", "k".repeat(128), "POST /clients", "").key()).hasSize(128);
  }
}
