package org.heliogate.authz.device.jpa;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.OrderColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.Onboarding;
import org.heliogate.authz.device.Standing;
import org.jspecify.annotations.Nullable;

/**
 * A device's row. The columns for one-time passwords and PIN answers are not mapped: they change by
 * single conditional updates only.
 */
@Entity
@Table(name = "device")
public class DeviceEntity {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Id private String masterId;
  private String publicKey;
  private @Nullable String pinSealed;
  private @Nullable String otpSealed;
  private String attributes;
  private String contentHash;
  private String onboarding;
  private String standing;

  @Column(name = "otp_counter", updatable = false)
  private long otpCounter;

  @Column(name = "otp_unbounded", updatable = false)
  private boolean otpUnbounded;

  @Column(name = "pin_answers", updatable = false)
  private int pinAnswers;

  private Instant createdAt;
  private Instant updatedAt;
  @Version private long version;

  @ElementCollection
  @CollectionTable(name = "device_workflow", joinColumns = @JoinColumn(name = "master_id"))
  @OrderColumn(name = "position")
  @Column(name = "workflow")
  private List<String> workflows = new ArrayList<>();

  /** For JPA. */
  protected DeviceEntity() {}

  /** A device as its maker listed it, never answered yet. */
  public DeviceEntity(
      String masterId,
      String publicKey,
      @Nullable String pinSealed,
      @Nullable String otpSealed,
      Map<String, String> attributes,
      List<String> workflows,
      String contentHash,
      Instant createdAt) {
    this.masterId = masterId;
    this.publicKey = publicKey;
    this.pinSealed = pinSealed;
    this.otpSealed = otpSealed;
    try {
      this.attributes = JSON.writeValueAsString(new TreeMap<>(attributes));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is JSON", e);
    }
    this.workflows.addAll(workflows);
    this.contentHash = contentHash;
    this.onboarding = Onboarding.LOADED.name();
    this.standing = Standing.ACTIVE.name();
    this.createdAt = createdAt;
    this.updatedAt = createdAt;
  }

  /** The master ID. */
  public String masterId() {
    return masterId;
  }

  /** The master public key, SubjectPublicKeyInfo in base64. */
  public String publicKey() {
    return publicKey;
  }

  /** The sealed PIN, null where the maker gave none. */
  public @Nullable String pinSealed() {
    return pinSealed;
  }

  /** The sealed OTP secret, null where the maker gave none. */
  public @Nullable String otpSealed() {
    return otpSealed;
  }

  /** The hash of the manifest's line. */
  public String contentHash() {
    return contentHash;
  }

  /** How far its initial bootstrap has come. */
  public Onboarding onboarding() {
    return Onboarding.valueOf(onboarding);
  }

  /** Whether it may take part. */
  public Standing standing() {
    return Standing.valueOf(standing);
  }

  /** The workflows whose scripts run for it, in this order. */
  public List<String> workflows() {
    return workflows;
  }

  /** What the maker said of it. */
  public Map<String, String> attributes() {
    return attributes(masterId, attributes);
  }

  /**
   * What the maker said of a device, for who reads no more of its row.
   *
   * @param masterId the device's
   * @param stored the column's value
   */
  public static Map<String, String> attributes(String masterId, String stored) {
    try {
      return JSON.readValue(stored, new TypeReference<Map<String, String>>() {});
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the attributes of " + masterId + " are not JSON", e);
    }
  }

  /** Its version. */
  public long version() {
    return version;
  }

  /** Moves its initial bootstrap on. */
  public void setOnboarding(Onboarding onboarding, Instant now) {
    this.onboarding = onboarding.name();
    this.updatedAt = now;
  }

  /** Changes whether it may take part. */
  public void setStanding(Standing standing, Instant now) {
    this.standing = standing.name();
    this.updatedAt = now;
  }

  /** The device without its secrets. */
  public Device toDevice() {
    return new Device(
        masterId,
        publicKey,
        attributes(),
        List.copyOf(workflows),
        onboarding(),
        standing(),
        createdAt,
        updatedAt,
        version);
  }
}
