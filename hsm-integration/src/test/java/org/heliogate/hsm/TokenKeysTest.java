package org.heliogate.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.ProviderException;
import java.security.SignatureException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.heliogate.hsm.HsmUnavailableException.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenKeysTest {

  private Path directory;

  @BeforeEach
  void remember(@TempDir Path temporary) {
    directory = temporary;
  }

  @Test
  void useWhenSessionIsLostThenLogsInAgainAndRepeats() throws Exception {
    CountingSource source = source();
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());
    AtomicInteger calls = new AtomicInteger();

    String answer =
        keys.use(
            TokenKeys.RPT,
            key -> {
              if (calls.incrementAndGet() == 1) {
                throw new ProviderException("CKR_SESSION_HANDLE_INVALID");
              }
              return key.alias();
            });

    assertThat(answer).isEqualTo(TokenKeys.RPT);
    assertThat(source.loads).hasValue(2);
  }

  @Test
  void useWhenFaultStaysThenTriesOnceMoreAndSaysSo() throws Exception {
    CountingSource source = source();
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());
    AtomicInteger calls = new AtomicInteger();

    assertThatThrownBy(
            () ->
                keys.use(
                    TokenKeys.RPT,
                    key -> {
                      calls.incrementAndGet();
                      throw new SignatureException("CKR_DEVICE_REMOVED");
                    }))
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.TOKEN_ABSENT))
        .hasMessageContaining("restart");

    assertThat(calls).hasValue(2);
    assertThat(source.loads).hasValue(2);
  }

  @Test
  void useWhenPinIsRefusedThenNeverTriesItAgain() throws Exception {
    CountingSource source = source();
    source.failure = new IOException("load failed", new KeyStoreException("CKR_PIN_INCORRECT"));
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> keys.certificate(TokenKeys.RPT))
          .isInstanceOfSatisfying(
              HsmUnavailableException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.PIN_INCORRECT));
    }

    assertThat(source.loads).hasValue(1);
  }

  @Test
  void useWhenPinIsLockedThenSaysSo() throws Exception {
    CountingSource source = source();
    source.failure = new IOException("load failed", new KeyStoreException("CKR_PIN_LOCKED"));
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());

    assertThatThrownBy(keys::check)
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.PIN_LOCKED));
  }

  @Test
  void useWhenOperationFailsOnItsOwnThenPassesThroughWithoutReload() throws Exception {
    CountingSource source = source();
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());

    assertThatThrownBy(
            () ->
                keys.use(
                    TokenKeys.RPT,
                    key -> {
                      throw new IllegalArgumentException("mine");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mine");
    assertThat(source.loads).hasValue(1);
  }

  @Test
  void useWhenKeyIsAbsentThenSaysWhich() throws Exception {
    TokenKeys keys = new TokenKeys(source(), Clock.systemUTC());

    assertThatThrownBy(() -> keys.sign("issuing", "SHA256withECDSA", new byte[1]))
        .isInstanceOfSatisfying(
            HsmUnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.KEY_ABSENT))
        .hasMessageContaining("issuing");
  }

  @Test
  void useWhenTokenGivesKeyAwayThenRefusesIt() throws Exception {
    CountingSource source = source();
    source.onToken = true;
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());

    assertThatThrownBy(() -> keys.sign(TokenKeys.RPT, "SHA256withECDSA", new byte[1]))
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.KEY_EXPOSED));
  }

  @Test
  void useWhenThereIsNoProviderThenTheTokenIsAbsent() throws Exception {
    CountingSource source = source();
    source.failure =
        new IOException(
            new KeyStoreException(
                "WFLYELY00012: No suitable provider found for type 'PKCS11' in the list"));
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());

    assertThatThrownBy(keys::check)
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.TOKEN_ABSENT));
  }

  @Test
  void lookAfreshWhenItWorksThereThenEmpty() throws Exception {
    CountingSource source = source();

    assertThat(new TokenKeys(source, Clock.systemUTC()).lookAfresh()).isEmpty();
    assertThat(source.looks).hasValue(1);
  }

  @Test
  void lookAfreshWhenPinIsRefusedThenNobodyTriesItAgain() throws Exception {
    CountingSource source = source();
    source.seen = Reason.PIN_INCORRECT;
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());

    assertThat(keys.lookAfresh()).contains(Reason.PIN_INCORRECT);
    assertThat(keys.lookAfresh()).contains(Reason.PIN_INCORRECT);
    assertThat(source.looks).hasValue(1);
    assertThatThrownBy(keys::check)
        .isInstanceOfSatisfying(
            HsmUnavailableException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.PIN_INCORRECT));
    assertThat(source.loads).hasValue(0);
  }

  @Test
  void lookAfreshWhenPinWasRefusedHereThenNoProcessTriesIt() throws Exception {
    CountingSource source = source();
    source.failure = new IOException("load failed", new KeyStoreException("CKR_PIN_LOCKED"));
    TokenKeys keys = new TokenKeys(source, Clock.systemUTC());
    assertThatThrownBy(keys::check).isInstanceOf(HsmUnavailableException.class);

    assertThat(keys.lookAfresh()).contains(Reason.PIN_LOCKED);
    assertThat(source.looks).hasValue(0);
  }

  @Test
  void checkWhenKeyStoreWorksThenReturns() throws Exception {
    new TokenKeys(source(), Clock.systemUTC()).check();
  }

  private CountingSource source() throws Exception {
    Path file = directory.resolve("keys.p12");
    TestKeys.in(file);
    return new CountingSource(TestKeys.source(file));
  }

  private static final class CountingSource implements KeyStoreSource {

    private final KeyStoreSource source;
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private @Nullable IOException failure;
    private @Nullable Reason seen;
    private boolean onToken;

    CountingSource(KeyStoreSource source) {
      this.source = source;
    }

    @Override
    public KeyStore load() throws java.security.GeneralSecurityException, IOException {
      loads.incrementAndGet();
      if (failure != null) {
        throw failure;
      }
      return source.load();
    }

    @Override
    public char @Nullable [] keyPassword() throws java.security.GeneralSecurityException {
      return source.keyPassword();
    }

    @Override
    public boolean onToken() {
      return onToken;
    }

    @Override
    public Optional<Reason> lookAfresh(String alias) {
      assertThat(alias).isEqualTo(TokenKeys.SEAL);
      looks.incrementAndGet();
      return Optional.ofNullable(seen);
    }

    @Override
    public String description() {
      return "test keys";
    }
  }
}
