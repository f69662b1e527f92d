package org.heliogate.authz.uma;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.CompressionAlgorithm;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.DirectEncrypter;
import com.nimbusds.jwt.EncryptedJWT;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.heliogate.authz.platform.MutableClock;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore;
import org.heliogate.fuzz.Cases;
import org.heliogate.fuzz.CompactText;
import org.junit.jupiter.api.Test;

class PermissionTicketsFuzzTest {

  private static final int BOMB = 5_000_000;

  private final MutableClock clock = new MutableClock();

  @Test
  void readWhenAttackedThenGoodOnlyIfItSaysTheSame() {
    try (TestDatabase database = TestDatabase.create()) {
      database.runInTransaction(
          em -> {
            PermissionTickets tickets =
                new PermissionTickets(
                    new TokenKeyRing(
                        new TokenKeyStore(em, new TestSealer(), new SecureRandom(), clock), clock),
                    new SecureRandom(),
                    clock);
            attack(tickets);
          });
    }
  }

  private static void attack(PermissionTickets tickets) {
    List<String> issued =
        List.of(
            tickets.issue("mqtt", List.of(AskedPermission.byName(null, Set.of())), null),
            tickets.issue(
                "mqtt", List.of(AskedPermission.byName("wams/1", Set.of("publish"))), "c-1"),
            bomb(tickets));
    List<PermissionTicket> known =
        issued.stream().flatMap(ticket -> tickets.read(ticket).stream()).toList();
    assertThat(known).hasSize(2);
    Cases.each(
        chance -> {
          String attack = CompactText.mutated(chance, chance.of(issued));
          tickets.read(attack).ifPresent(read -> assertThat(read).as(attack).isIn(known));
        });
  }

  /** A ticket under another key that names ours and would inflate to a thousand times its size. */
  private static String bomb(PermissionTickets tickets) {
    try {
      String kid =
          EncryptedJWT.parse(
                  tickets.issue("mqtt", List.of(AskedPermission.byName(null, Set.of())), null))
              .getHeader()
              .getKeyID();
      JWEObject bomb =
          new JWEObject(
              new JWEHeader.Builder(JWEAlgorithm.DIR, EncryptionMethod.A256GCM)
                  .keyID(kid)
                  .compressionAlgorithm(CompressionAlgorithm.DEF)
                  .build(),
              new Payload(new byte[BOMB]));
      bomb.encrypt(new DirectEncrypter(new byte[32]));
      return bomb.serialize();
    } catch (JOSEException | java.text.ParseException e) {
      throw new IllegalStateException(e);
    }
  }
}
