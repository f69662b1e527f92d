package org.heliogate.authz.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.platform.SecretSealer;
import org.jspecify.annotations.Nullable;

/**
 * The one-time passwords of secure elements (D3.4.2 §4; the contract's {@code client_otp}). A
 * device has one rising counter for all its clients; each value counts once, across all nodes.
 */
@ApplicationScoped
public class OneTimePasswords {

  /** How far a counter may run ahead of the last one spent. */
  public static final long LOOK_AHEAD = 1_000;

  private static final String NOBODY = "nobody";
  private static final int SECRET_LENGTH = 32;

  private final EntityManager entityManager;
  private final SecretSealer sealer;
  private final AuditTrail audit;
  private volatile @Nullable String nobodysSecret;

  /** The counters in the given database. */
  @Inject
  public OneTimePasswords(EntityManager entityManager, SecretSealer sealer, AuditTrail audit) {
    this.entityManager = entityManager;
    this.sealer = sealer;
    this.audit = audit;
  }

  /** The context in which a device's OTP secret is sealed. */
  public static String context(String masterId) {
    return "otp " + masterId;
  }

  /**
   * Checks a one-time password and spends its counter; what is spent stays spent, whatever becomes
   * of the request. For a device that is not there, or has no OTP secret, as much work is done.
   *
   * @param masterId the device
   * @param clientId the client that shows it
   * @param password {@code <counter>.<mac>}
   * @return whether it was right and never seen before
   */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public boolean spend(String masterId, String clientId, String password) {
    int dot = password.indexOf('.');
    if (dot < 1 || password.length() > 128) {
      return false;
    }
    String counterText = password.substring(0, dot);
    if (!counterText.matches("[1-9][0-9]{0,17}")) {
      return false;
    }
    long counter = Long.parseLong(counterText);
    DeviceEntity device = entityManager.find(DeviceEntity.class, masterId);
    String sealed = device == null ? null : device.otpSealed();
    byte[] secret =
        sealed == null
            ? sealer.open(nobodysSecret(), context(NOBODY))
            : sealer.open(sealed, context(masterId));
    try {
      String mac = mac(secret, counter, clientId);
      boolean right =
          MessageDigest.isEqual(mac.getBytes(UTF_8), password.substring(dot + 1).getBytes(UTF_8));
      if (sealed == null || !right) {
        return false;
      }
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
    boolean spent = spend(masterId, counter);
    if (spent) {
      audit.record(
          AuditEvent.success(
              "client.authenticate",
              masterId,
              clientId,
              Map.of("method", "client_otp", "counter", counterText)));
    }
    return spent;
  }

  /** A sealed secret that no device has, made when it is first needed. */
  private String nobodysSecret() {
    String known = nobodysSecret;
    if (known == null) {
      known = sealer.seal(new byte[SECRET_LENGTH], context(NOBODY));
      nobodysSecret = known;
    }
    return known;
  }

  private boolean spend(String masterId, long counter) {
    return entityManager
            .createNativeQuery(
                "update device set otp_counter = :counter, otp_unbounded = false"
                    + " where master_id = :id and otp_counter < :counter"
                    + " and (otp_unbounded = true or otp_counter >= :lowest)")
            .setParameter("counter", counter)
            .setParameter("lowest", counter - LOOK_AHEAD)
            .setParameter("id", masterId)
            .executeUpdate()
        == 1;
  }

  static String mac(byte[] secret, long counter, String clientId) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(counter).array());
      mac.update(clientId.getBytes(UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
