package org.heliogate.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.heliogate.it.fixture.AlbumServer;
import org.heliogate.it.fixture.Application;
import org.heliogate.it.fixture.Csr;
import org.heliogate.it.fixture.Instance;
import org.heliogate.it.fixture.Issued;
import org.heliogate.it.fixture.OwnInstance;
import org.heliogate.it.fixture.Readiness;
import org.heliogate.it.fixture.Reply;
import org.heliogate.it.fixture.Shell;
import org.heliogate.it.fixture.Uma;
import org.heliogate.it.fixture.Workflows;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What becomes of the server when its HSM is lost, on an instance of its own. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HsmFaultIT {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int ENROLLING = 3;
  private static final OwnInstance OWN = new OwnInstance(500, Map.of());
  private static Instance instance;

  @BeforeAll
  static void start() {
    instance = OWN.up();
  }

  @AfterAll
  static void stop() {
    OWN.close();
  }

  /** One answer, or none, to a client that goes on and on. */
  private record Answer(long at, String kind) {}

  /**
   * Proves that a token which is pulled while clients enrol costs refusals that may be repeated and
   * nothing else: what needs no HSM goes on while it is away, no certificate that was handed out is
   * missing, and when the token is back the server heals by itself. How long it was down for that
   * is printed.
   */
  @Test
  @Order(1)
  void tokenWhenPulledUnderLoadThenRefusalsUntilItIsBackAndNothingIsLost() throws Exception {
    List<Application> applications = new ArrayList<>();
    for (int i = 0; i < ENROLLING; i++) {
      applications.add(
          instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic"));
    }
    AlbumServer album = AlbumServer.on(instance);
    Queue<Issued> issued = new ConcurrentLinkedQueue<>();
    Queue<Answer> enrolments = new ConcurrentLinkedQueue<>();
    Queue<Answer> others = new ConcurrentLinkedQueue<>();
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(ENROLLING + 2);
    List<Future<?>> clients = new ArrayList<>();
    for (Application application : applications) {
      clients.add(threads.submit(() -> enrol(application, issued, enrolments, done)));
    }
    clients.add(
        threads.submit(
            () -> repeat(others, done, () -> applications.get(0).token("uma_authorization"))));
    clients.add(threads.submit(() -> repeat(others, done, () -> introspect(album))));
    long firstServer = instance.pid("server");

    Awaitility.await("certificates").atMost(PATIENCE).until(() -> issued.size() >= 2 * ENROLLING);
    Path tokens = instance.home().resolve("hsm/tokens");
    Files.move(tokens, instance.home().resolve("hsm/taken"));
    long taken = System.nanoTime();
    Awaitility.await("red health, with the reason")
        .atMost(PATIENCE)
        .until(
            () -> Readiness.of(instance),
            health -> !health.ready() && health.hsm().startsWith("down: TOKEN_ABSENT"));
    Awaitility.await("refusals while it is away")
        .atMost(PATIENCE)
        .until(() -> enrolments.stream().filter(a -> a.at() > taken).count() >= 10);
    assertThat(instance.pid("server"))
        .as("no restart for a token that is away")
        .isEqualTo(firstServer);
    Files.move(instance.home().resolve("hsm/taken"), tokens);
    long back = System.nanoTime();
    Awaitility.await("the restart")
        .atMost(PATIENCE)
        .until(() -> instance.pid("server") != firstServer);
    awaitReady();
    long green = System.nanoTime();
    int before = issued.size();
    Awaitility.await("certificates again")
        .atMost(PATIENCE)
        .until(() -> issued.size() >= before + ENROLLING);
    done.set(true);
    for (Future<?> client : clients) {
      client.get(2, TimeUnit.MINUTES);
    }
    threads.shutdown();

    report("enrolment, while away", tally(enrolments, taken, back));
    report("enrolment, from its return to green", tally(enrolments, back, green));
    report("no HSM needed, while away", tally(others, taken, back));
    report("no HSM needed, from its return to green", tally(others, back, green));
    long down =
        others.stream()
            .filter(a -> !a.kind().equals("200"))
            .mapToLong(Answer::at)
            .min()
            .orElse(green);
    System.out.printf(
        "the token's return to green health: %d ms, of which down: %d ms%n",
        TimeUnit.NANOSECONDS.toMillis(green - back), TimeUnit.NANOSECONDS.toMillis(green - down));

    assertThat(tally(others, taken, back).keySet()).as("what needs no HSM").containsExactly("200");
    assertThat(tally(enrolments, taken, back).keySet())
        .as("enrolment without the HSM")
        .isSubsetOf("200", "403 request_submitted", "503 temporarily_unavailable");
    assertThat(tally(enrolments, taken, back)).containsKey("503 temporarily_unavailable");
    assertThat(issued).allSatisfy(HsmFaultIT::assertInInventory);
    assertThat(issued.stream().map(one -> one.certificate().getSerialNumber()))
        .doesNotHaveDuplicates();
  }

  /**
   * Proves that a server which starts without its HSM's library says so, refuses clearly, and heals
   * by itself when the library is there.
   */
  @Test
  @Order(2)
  void serverWhenStartedWithoutTheLibraryThenRefusesAndHealsWhenItIsBack() throws Exception {
    Application application =
        instance.admin().createApplication(Workflows.SUBSCRIBER, "client_secret_basic");
    OWN.stop("supervisor");
    OWN.stop("server");
    Path library = instance.home().resolve("hsm/library.so");
    Path configuration = instance.home().resolve("hsm/pkcs11.cfg");
    String original = Files.readString(configuration);
    String installed =
        original
            .lines()
            .filter(line -> line.startsWith("library = "))
            .map(line -> line.substring("library = ".length()))
            .findFirst()
            .orElseThrow();
    Files.writeString(configuration, original.replace(installed, library.toString()));

    OWN.supervise();
    long first = instance.pid("server");
    awaitRed("TOKEN_ABSENT");
    for (Reply refused :
        List.of(application.token("uma_authorization"), instance.http().get("/pki/ca.pem"))) {
      assertThat(refused.expect(503).header("Retry-After")).matches("[1-9][0-9]*");
    }

    Files.createSymbolicLink(library, Path.of(installed));
    Awaitility.await("the restart").atMost(PATIENCE).until(() -> instance.pid("server") != first);
    awaitReady();
    assertInInventory(application.uma().certificate());
    Files.writeString(configuration, original);
  }

  /**
   * Proves that a PIN which the token refuses is told apart from a token that is gone, and is not
   * tried again, not even when it is right in the end, but after a restart.
   */
  @Test
  @Order(3)
  void serverWhenThePinIsWrongThenSaysSoAndDoesNotTryItAgain() {
    String pin = instance.read("secrets/hsm.pin").strip();
    OWN.stop("server");
    changePin(pin, "another-pin");

    OWN.supervise();
    long server = instance.pid("server");
    awaitRed("PIN_INCORRECT");
    assertThat(Readiness.of(instance).hsm()).contains("correct it, then restart");
    changePin("another-pin", pin);
    // Longer than any pause between two looks at the token.
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    Awaitility.await("the PIN is left alone")
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(Readiness.of(instance).hsm()).startsWith("down: PIN_INCORRECT");
              return System.nanoTime() - until > 0;
            });
    assertThat(instance.pid("server")).isEqualTo(server);

    OWN.stop("server");
    OWN.supervise();
    awaitReady();
  }

  private static void enrol(
      Application application, Queue<Issued> issued, Queue<Answer> answers, AtomicBoolean done) {
    Uma uma = application.uma();
    String username = uma.username();
    while (!done.get()) {
      var key = Csr.key("secp256r1");
      String csr = Csr.of(username, key);
      answer(
          answers,
          () -> {
            Reply knocked = uma.knock(Map.of());
            if (knocked.status() != 401) {
              return knocked;
            }
            Reply reply = uma.redeem(knocked.text("ticket"), Map.of("csr", csr));
            if (reply.status() == 200) {
              issued.add(Issued.of(instance, key, reply));
            }
            return reply;
          });
    }
  }

  private static Reply introspect(AlbumServer album) {
    return instance
        .http()
        .form(
            "/oauth/introspect",
            Map.of("token", album.pat()),
            "Authorization",
            "Bearer " + album.pat());
  }

  private static void repeat(Queue<Answer> answers, AtomicBoolean done, Supplier<Reply> request) {
    while (!done.get()) {
      answer(answers, request);
    }
  }

  /** A refusal that may be repeated says when; an answer of another kind speaks for itself. */
  private static void answer(Queue<Answer> answers, Supplier<Reply> request) {
    String kind;
    try {
      Reply reply = request.get();
      kind = Integer.toString(reply.status());
      if (reply.header("Content-Type").contains("json") && reply.status() >= 400) {
        kind += " " + reply.text("error");
        if (reply.status() == 503) {
          assertThat(reply.header("Retry-After")).as("%s", reply).matches("[1-9][0-9]*");
        }
      }
    } catch (UncheckedIOException e) {
      kind = "no answer";
    }
    answers.add(new Answer(System.nanoTime(), kind));
    if (!kind.equals("200")) {
      // As a client does, which does not spend the server's time on its refusals.
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(250));
    }
  }

  private static Map<String, Long> tally(Queue<Answer> answers, long from, long to) {
    Map<String, Long> tally = new TreeMap<>();
    answers.stream()
        .filter(answer -> answer.at() > from && answer.at() < to)
        .forEach(answer -> tally.merge(answer.kind(), 1L, Long::sum));
    return tally;
  }

  private static void report(String what, Map<String, Long> tally) {
    System.out.printf("%s: %s%n", what, tally);
  }

  private static void assertInInventory(Issued issued) {
    String serial = issued.certificate().getSerialNumber().toString(16);
    Reply found = instance.admin().get("certificates/" + serial).expect(200);
    assertThat(found.text("status")).isEqualTo("issued");
  }

  private static void awaitReady() {
    Awaitility.await("green health").atMost(PATIENCE).until(() -> Readiness.of(instance).ready());
  }

  private static void awaitRed(String reason) {
    Awaitility.await("red health")
        .atMost(PATIENCE)
        .until(() -> Readiness.of(instance).hsm(), hsm -> hsm.startsWith("down: " + reason));
  }

  private static void changePin(String from, String to) {
    Shell.run(
            Map.of(
                "SOFTHSM2_CONF",
                instance.home().resolve("hsm/softhsm2.conf").toString(),
                "HELIOGATE_TEST_PIN",
                from,
                "HELIOGATE_TEST_NEW_PIN",
                to),
            List.of(
                "pkcs11-tool",
                "--module",
                "/usr/lib/softhsm/libsofthsm2.so",
                "--token-label",
                "heliogate",
                "--login",
                "--pin",
                "env:HELIOGATE_TEST_PIN",
                "--change-pin",
                "--new-pin",
                "env:HELIOGATE_TEST_NEW_PIN"))
        .succeeded();
  }
}
