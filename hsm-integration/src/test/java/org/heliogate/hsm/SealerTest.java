package org.heliogate.hsm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {

  private static final byte[] SECRET = "493027".getBytes(UTF_8);
  private static final byte[] CONTEXT = "device/SE-1/pin".getBytes(UTF_8);

  private Sealer sealer;

  @BeforeEach
  void makeKeys(@TempDir Path directory) throws Exception {
    sealer = new Sealer(TestKeys.in(directory.resolve("keys.p12")));
  }

  @Test
  void openWhenSealedInSameContextThenGivesPlaintext() {
    byte[] sealed = sealer.seal(SECRET, CONTEXT);

    assertThat(sealed).hasSize(SECRET.length + 29);
    assertThat(sealer.open(sealed, CONTEXT)).isEqualTo(SECRET);
  }

  @Test
  void openWhenPlaintextIsEmptyThenGivesEmpty() {
    assertThat(sealer.open(sealer.seal(new byte[0], new byte[0]), new byte[0])).isEmpty();
  }

  @Test
  void sealWhenRepeatedThenNeverTheSame() {
    assertThat(sealer.seal(SECRET, CONTEXT)).isNotEqualTo(sealer.seal(SECRET, CONTEXT));
  }

  @Test
  void openWhenContextDiffersThenRefuses() {
    byte[] sealed = sealer.seal(SECRET, CONTEXT);

    assertThatThrownBy(() -> sealer.open(sealed, "device/SE-2/pin".getBytes(UTF_8)))
        .isInstanceOf(UnsealException.class);
  }

  @Test
  void openWhenAnyBitIsChangedThenRefuses() {
    byte[] sealed = sealer.seal(SECRET, CONTEXT);
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 4;
      assertThatThrownBy(() -> sealer.open(changed, CONTEXT))
          .as("byte %d", i)
          .isInstanceOf(UnsealException.class);
    }
  }

  @Test
  void openWhenTooShortThenRefuses() {
    assertThatThrownBy(() -> sealer.open(new byte[] {1, 2, 3}, CONTEXT))
        .isInstanceOf(UnsealException.class);
  }
}
