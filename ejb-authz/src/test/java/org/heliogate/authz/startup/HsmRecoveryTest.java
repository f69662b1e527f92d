package org.heliogate.authz.startup;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.time.Duration;
import java.util.Optional;
import javax.crypto.KeyGenerator;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.hsm.HsmUnavailableException.Reason;
import org.heliogate.hsm.KeyStoreSource;
import org.heliogate.hsm.TokenKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HsmRecoveryTest {

  private static final String PASSWORD = "test-password";

  private final MutableClock clock = new MutableClock();
  private final Supervised process = new Supervised();
  private LostToken token;
  private TokenKeys keys;
  private HsmRecovery recovery;

  @BeforeEach
  void prepare() throws Exception {
    KeyGenerator aes = KeyGenerator.getInstance("AES");
    aes.init(256);
    KeyStore working = KeyStore.getInstance("PKCS12");
    working.load(null, null);
    working.setKeyEntry(TokenKeys.SEAL, aes.generateKey(), PASSWORD.toCharArray(), null);
    token = new LostToken(working);
    keys = new TokenKeys(token, clock);
    recovery = new HsmRecovery(keys, process, clock);
  }

  @Test
  void runWhenTheTokenWorksThenNothingIsWrong() {
    recovery.run();

    assertThat(recovery.diagnosis()).isEmpty();
    assertThat(token.looks).isZero();
  }

  @Test
  void runWhenLoggingInAgainHelpsThenNoProcessLooks() {
    token.fault = "CKR_GENERAL_ERROR";
    recovery.run();
    assertThat(recovery.diagnosis()).contains(Reason.FAULT);

    token.fault = null;
    clock.advance(HsmRecovery.GRACE);
    recovery.run();

    assertThat(recovery.diagnosis()).isEmpty();
    assertThat(token.looks).isZero();
    assertThat(process.restarts).isZero();
  }

  @Test
  void runWhenTheTokenIsAwayThenSaysWhatAFreshProcessSeesAndNeverRestarts() {
    token.fault = "CKR_GENERAL_ERROR";
    token.seen = Reason.TOKEN_ABSENT;

    pass(Duration.ofHours(1));

    assertThat(recovery.diagnosis()).contains(Reason.TOKEN_ABSENT);
    assertThat(process.restarts).isZero();
    assertThat(token.looks).as("looks in an hour").isBetween(200, 240);
  }

  @Test
  void runWhenTheTokenIsBackThenRestartsOnce() {
    token.fault = "CKR_GENERAL_ERROR";
    token.seen = Reason.TOKEN_ABSENT;
    pass(Duration.ofHours(1));
    token.seen = null;

    pass(HsmRecovery.LONGEST_PAUSE.plusSeconds(1));
    assertThat(process.restarts).isEqualTo(1);
    pass(Duration.ofMinutes(1));
    assertThat(process.restarts).isEqualTo(1);
  }

  @Test
  void runWhenTheProcessIsYoungThenItIsNotEndedYet() {
    token.fault = "CKR_GENERAL_ERROR";
    process.age = Duration.ZERO;
    pass(Duration.ofMinutes(1));
    assertThat(process.restarts).isZero();

    process.age = HsmRecovery.SHORTEST_LIFE;
    pass(HsmRecovery.LONGEST_PAUSE.plusSeconds(1));
    assertThat(process.restarts).isEqualTo(1);
  }

  @Test
  void runWhenNobodyStartsTheServerAgainThenTheRestartIsLeftToAnOperator() {
    token.fault = "CKR_GENERAL_ERROR";
    process.supervised = false;

    pass(Duration.ofMinutes(1));

    assertThat(process.restarts).isZero();
    assertThat(recovery.diagnosis()).contains(Reason.RESTART_NEEDED);
  }

  @ParameterizedTest
  @CsvSource({"CKR_PIN_INCORRECT,PIN_INCORRECT", "CKR_PIN_LOCKED,PIN_LOCKED"})
  void runWhenThePinIsRefusedThenItIsTriedOnceEver(String fault, Reason reason) {
    token.fault = fault;

    pass(Duration.ofMinutes(5));

    assertThat(recovery.diagnosis()).contains(reason);
    assertThat(token.loads).isEqualTo(1);
    assertThat(token.looks).isZero();
    assertThat(process.restarts).isZero();
  }

  @Test
  void runWhenAFreshProcessFindsThePinRefusedThenItIsNotTriedAgain() {
    token.fault = "CKR_GENERAL_ERROR";
    token.seen = Reason.PIN_INCORRECT;

    pass(Duration.ofMinutes(5));

    assertThat(recovery.diagnosis()).contains(Reason.PIN_INCORRECT);
    assertThat(token.looks).isEqualTo(1);
    assertThat(process.restarts).isZero();
  }

  private void pass(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      recovery.run();
      clock.advance(Duration.ofSeconds(1));
    }
  }

  private static final class Supervised implements ServerProcess {

    private boolean supervised = true;
    private Duration age = Duration.ofDays(1);
    private int restarts;

    @Override
    public boolean supervised() {
      return supervised;
    }

    @Override
    public Duration age() {
      return age;
    }

    @Override
    public void restart() {
      restarts++;
    }
  }

  /** A key store that is a token as long as it is lost; what works again are software keys. */
  private static final class LostToken implements KeyStoreSource {

    private final KeyStore working;
    private @Nullable String fault;
    private @Nullable Reason seen;
    private int loads;
    private int looks;

    LostToken(KeyStore working) {
      this.working = working;
    }

    @Override
    public KeyStore load() throws GeneralSecurityException {
      loads++;
      if (fault != null) {
        throw new KeyStoreException(fault);
      }
      return working;
    }

    @Override
    public char @Nullable [] keyPassword() {
      return PASSWORD.toCharArray();
    }

    @Override
    public boolean onToken() {
      return fault != null;
    }

    @Override
    public Optional<Reason> lookAfresh(String alias) {
      looks++;
      return Optional.ofNullable(seen);
    }

    @Override
    public String description() {
      return "a token that is lost";
    }
  }
}
