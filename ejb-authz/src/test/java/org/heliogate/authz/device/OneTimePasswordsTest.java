package org.heliogate.authz.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestSealer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OneTimePasswordsTest {

  private static final String DEVICE = "SE-000001";
  private static final String CLIENT = "c-1";

  private final MutableClock clock = new MutableClock();
  private TestDatabase database;

  @BeforeEach
  void loadDevice() {
    database = TestDatabase.create();
    database.runInTransaction(
        em ->
            em.persist(
                new DeviceEntity(
                    DEVICE,
                    "AAAA",
                    null,
                    new TestSealer()
                        .seal(TestSealer.countingSecret(), OneTimePasswords.context(DEVICE)),
                    Map.of(),
                    List.of(),
                    "hash",
                    clock.instant())));
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void spendWhenVectorOfTheContractThenAcceptedOnce() {
    String vector = "1.y8ITALzlwHaQ1Hp0_HfD--5oNR5M9o9v7yAAN-3GxHg";
    assertThat(spend(CLIENT, vector)).isTrue();
    assertThat(spend(CLIENT, vector)).isFalse();
  }

  @Test
  void spendWhenAnothersClientThenRefusedAndNotSpent() {
    assertThat(spend("c-2", password(1, CLIENT))).isFalse();
    assertThat(spend(CLIENT, password(1, CLIENT))).isTrue();
  }

  @Test
  void spendWhenThereIsNoDeviceThenRefusedAfterTheSameWork() {
    int[] opened = new int[1];
    SecretSealer sealer =
        new SecretSealer() {
          @Override
          public String seal(byte[] secret, String context) {
            return new TestSealer().seal(secret, context);
          }

          @Override
          public byte[] open(String kept, String context) {
            opened[0]++;
            return new TestSealer().open(kept, context);
          }
        };
    String nobodys = "1." + OneTimePasswords.mac(new byte[32], 1, CLIENT);
    database.runInTransaction(
        em -> {
          OneTimePasswords passwords = new OneTimePasswords(em, sealer, new AuditTrail(em, clock));
          assertThat(passwords.spend("", CLIENT, nobodys)).isFalse();
          assertThat(passwords.spend("SE-9", CLIENT, "1.x")).isFalse();
        });
    assertThat(opened[0]).isEqualTo(2);
  }

  @Test
  void spendWhenLowerThanTheLastThenRefused() {
    assertThat(spend(CLIENT, password(5, CLIENT))).isTrue();
    assertThat(spend(CLIENT, password(4, CLIENT))).isFalse();
    assertThat(spend(CLIENT, password(6, CLIENT))).isTrue();
  }

  @Test
  void spendWhenBeyondLookAheadThenRefusedUntilReArmedOnce() {
    assertThat(spend(CLIENT, password(1_000, CLIENT))).isTrue();
    assertThat(spend(CLIENT, password(2_001, CLIENT))).isFalse();
    assertThat(spend(CLIENT, password(2_000, CLIENT))).isTrue();
    database.runInTransaction(
        em -> em.createNativeQuery("update device set otp_unbounded = true").executeUpdate());
    assertThat(spend(CLIENT, password(1_999, CLIENT))).isFalse();
    assertThat(spend(CLIENT, password(90_000, CLIENT))).isTrue();
    assertThat(spend(CLIENT, password(99_000, CLIENT))).isFalse();
  }

  @Test
  void spendWhenCounterIsNotCanonicalThenRefused() {
    String mac = password(1, CLIENT).substring(1);
    for (String counter :
        List.of("01", "+1", "0", "-1", "1e0", " 1", "", "9223372036854775808", "1.0")) {
      assertThat(spend(CLIENT, counter + mac)).as(counter).isFalse();
    }
  }

  @Test
  void spendWhenSameCounterAtOnceThenExactlyOneSucceeds() throws Exception {
    String password = password(7, CLIENT);
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> attempts =
          IntStream.range(0, 8)
              .<Callable<Boolean>>mapToObj(i -> () -> spend(CLIENT, password))
              .toList();
      long successes = 0;
      for (Future<Boolean> attempt : pool.invokeAll(attempts)) {
        successes += attempt.get() ? 1 : 0;
      }
      assertThat(successes).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }

  private boolean spend(String clientId, String password) {
    return database.inTransaction(
        em ->
            new OneTimePasswords(em, new TestSealer(), new AuditTrail(em, clock))
                .spend(DEVICE, clientId, password));
  }

  private static String password(long counter, String clientId) {
    return counter + "." + OneTimePasswords.mac(TestSealer.countingSecret(), counter, clientId);
  }
}
