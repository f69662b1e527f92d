package org.heliogate.authz.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.crypto.Mac;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.device.DeviceLoader.LineError;
import org.heliogate.authz.device.jpa.DeviceEntity;
import org.heliogate.authz.device.manifest.ManifestLine;
import org.heliogate.authz.device.manifest.SecureElementRecord;
import org.heliogate.authz.platform.SecretSealer;
import org.heliogate.authz.platform.TokenKeyRing;
import org.heliogate.authz.platform.TokenKeyStore.Purpose;

/** The intake of secure elements: one transaction and two queries for a batch of them. */
@ApplicationScoped
public class DeviceIntake {

  private final EntityManager entityManager;
  private final SecretSealer sealer;
  private final TokenKeyRing keys;
  private final AuditTrail audit;
  private final Clock clock;

  /** An intake into the given database. */
  @Inject
  public DeviceIntake(
      EntityManager entityManager,
      SecretSealer sealer,
      TokenKeyRing keys,
      AuditTrail audit,
      Clock clock) {
    this.entityManager = entityManager;
    this.sealer = sealer;
    this.keys = keys;
    this.audit = audit;
    this.clock = clock;
  }

  record Outcome(long loaded, long unchanged, List<LineError> errors) {}

  /** The keyed hash by which a line is recognised; what it covers is too short for a plain one. */
  Function<byte[], byte[]> hash() {
    var key = keys.current(Purpose.MANIFEST).key();
    return content -> {
      try {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        return mac.doFinal(content);
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
      }
    };
  }

  /** Stores the elements that are new and fault-free. */
  @Transactional(Transactional.TxType.REQUIRES_NEW)
  public Outcome take(String actor, List<ManifestLine.Element> elements) {
    Map<String, String> known = knownHashes(elements);
    Set<String> workflows = knownWorkflows(elements);
    List<LineError> errors = new ArrayList<>();
    long loaded = 0;
    long unchanged = 0;
    for (ManifestLine.Element line : elements) {
      SecureElementRecord element = line.element();
      String hash = Base64.getEncoder().encodeToString(element.contentHash());
      String before = known.putIfAbsent(element.masterId(), hash);
      if (before != null && before.equals(hash)) {
        unchanged++;
      } else if (before != null) {
        errors.add(
            new LineError(
                line.number(), element.masterId() + " is loaded already with other content"));
      } else {
        Optional<String> missing =
            element.workflows().stream().filter(name -> !workflows.contains(name)).findFirst();
        if (missing.isPresent()) {
          known.remove(element.masterId());
          errors.add(
              new LineError(
                  line.number(), "there is no workflow '" + missing.get() + "'; load it first"));
        } else {
          persist(actor, element, hash);
          loaded++;
        }
      }
    }
    entityManager.flush(); // Here, so that what the database refuses is told as such.
    return new Outcome(loaded, unchanged, errors);
  }

  private void persist(String actor, SecureElementRecord element, String hash) {
    String masterId = element.masterId();
    entityManager.persist(
        new DeviceEntity(
            masterId,
            Base64.getEncoder().encodeToString(element.publicKeySpki()),
            element
                .pin()
                .map(pin -> sealer.seal(pin.getBytes(UTF_8), DevicePins.context(masterId)))
                .orElse(null),
            element
                .otpSecret()
                .map(secret -> sealer.seal(secret, OneTimePasswords.context(masterId)))
                .orElse(null),
            element.attributes(),
            element.workflows(),
            hash,
            clock.instant()));
    audit.record(
        AuditEvent.success(
            "device.load",
            actor,
            masterId,
            Map.of(
                "key", element.keyType().name(),
                "workflows", String.join(" ", element.workflows()))));
  }

  private Map<String, String> knownHashes(List<ManifestLine.Element> elements) {
    Map<String, String> known = new HashMap<>();
    entityManager
        .createQuery(
            "select d.masterId, d.contentHash from DeviceEntity d where d.masterId in :ids",
            Object[].class)
        .setParameter(
            "ids", elements.stream().map(line -> line.element().masterId()).distinct().toList())
        .getResultStream()
        .forEach(row -> known.put((String) row[0], (String) row[1]));
    return known;
  }

  private Set<String> knownWorkflows(List<ManifestLine.Element> elements) {
    Set<String> named = new TreeSet<>();
    elements.forEach(line -> named.addAll(line.element().workflows()));
    return named.isEmpty()
        ? Set.of()
        : Set.copyOf(
            entityManager
                .createQuery(
                    "select w.name from WorkflowEntity w where w.name in :names", String.class)
                .setParameter("names", named)
                .getResultList());
  }
}
