package org.heliogate.authz.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.persistence.PersistenceException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.device.manifest.ManifestLine;
import org.heliogate.authz.device.manifest.ManifestReader;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.StoredKeys;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceLoaderTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String KEY = key();

  private final MutableClock clock = new MutableClock();
  private final TestDatabase database = TestDatabase.create();
  private final TokenKeyRing keys = new TokenKeyRing(new StoredKeys(database, clock), clock);
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  private int takes;

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void loadWhenEveryAttributeIsAsLongAsTheContractAllowsThenStored() throws Exception {
    Map<String, String> attributes =
        IntStream.range(0, 64)
            .boxed()
            .collect(
                Collectors.toMap(
                    number -> String.format("a%063d", number), number -> "\"".repeat(256)));
    String line = line("SE-1", attributes);
    assertThat(line.length()).isLessThan(65_536);
    assertThat(load(line).loaded()).isEqualTo(1);
    Map<String, String> stored =
        database.inTransaction(
            em -> Objects.requireNonNull(em.find(DeviceEntity.class, "SE-1")).attributes());
    assertThat(stored).isEqualTo(attributes);
  }

  @Test
  void attributesWhenNullThenStillRefused() {
    assertThatThrownBy(
            () ->
                database.runInTransaction(
                    em ->
                        em.createNativeQuery(
                                "insert into device select 'SE-1', 'AAAA', null, null, null,"
                                    + " 'hash', 'LOADED', 'ACTIVE', 0, false, null, 0, now(),"
                                    + " now(), 0")
                            .executeUpdate()))
        .isInstanceOf(PersistenceException.class);
  }

  @Test
  void loadWhenTheSameIsLoadedMeanwhileThenUnchanged() throws Exception {
    String manifest = line("SE-1", Map.of()) + '\n' + line("SE-2", Map.of());
    AtomicReference<DeviceLoader.Report> other = new AtomicReference<>();
    meanwhile.set(() -> other.set(load(manifest)));
    DeviceLoader.Report report = load(manifest);
    assertThat(Objects.requireNonNull(other.get()).loaded()).isEqualTo(2);
    assertThat(report).isEqualTo(new DeviceLoader.Report(0, 2, 0, List.of()));
  }

  @Test
  void loadWhenOtherContentIsLoadedMeanwhileThenItsLinesAreRefused() throws Exception {
    String others = line("SE-2", Map.of("site", "north"));
    meanwhile.set(() -> load(others));
    DeviceLoader.Report report = load(line("SE-1", Map.of()) + '\n' + line("SE-2", Map.of()));
    assertThat(report.loaded()).isEqualTo(1);
    assertThat(report.errors()).extracting(DeviceLoader.LineError::line).containsExactly(2L);
  }

  @Test
  void loadWhenTheDatabaseRefusesAlwaysThenGivesUp() throws Exception {
    String manifest = line("SE-1", Map.of());
    database.runInTransaction(
        em ->
            em.createNativeQuery("alter table device add check (otp_counter > 0)").executeUpdate());
    assertThatThrownBy(() -> load(manifest)).isInstanceOf(PersistenceException.class);
    assertThat(takes).isEqualTo(3);
  }

  private DeviceLoader.Report load(String manifest) {
    return new DeviceLoader(new Intake(), new Trail())
        .load(
            "operator",
            hash ->
                ManifestReader.ofNdjson(new ByteArrayInputStream(manifest.getBytes(UTF_8)), hash));
  }

  private static String line(String masterId, Map<String, String> attributes) throws Exception {
    return JSON.writeValueAsString(
        Map.of("master_id", masterId, "public_key", KEY, "attributes", attributes));
  }

  private static String key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      byte[] spki = generator.generateKeyPair().getPublic().getEncoded();
      return "-----BEGIN PUBLIC KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(spki)
          + "\n-----END PUBLIC KEY-----\n";
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Each batch in a transaction, during the first of which something else happens. */
  private final class Intake extends DeviceIntake {

    Intake() {
      super(database.inTransaction(em -> em), new TestSealer(), keys, new Trail(), clock);
    }

    @Override
    public Outcome take(String actor, List<ManifestLine.Element> elements) {
      takes++;
      return database.inTransaction(
          em -> {
            AuditTrail trail =
                new AuditTrail(em, clock) {
                  @Override
                  public void record(AuditEvent event) {
                    meanwhile.getAndSet(() -> {}).run();
                    super.record(event);
                  }
                };
            return new DeviceIntake(em, new TestSealer(), keys, trail, clock).take(actor, elements);
          });
    }
  }

  private final class Trail extends AuditTrail {

    Trail() {
      super(database.inTransaction(em -> em), clock);
    }

    @Override
    public void record(AuditEvent event) {
      database.runInTransaction(em -> new AuditTrail(em, clock).record(event));
    }
  }
}
