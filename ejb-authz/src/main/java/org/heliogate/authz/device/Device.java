package org.heliogate.authz.device;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A WAMS device, known by its secure element, as of one moment. Holds no secret.
 *
 * @param masterId the secure element's master ID
 * @param publicKey the master public key, SubjectPublicKeyInfo in base64
 * @param attributes what the maker said of it
 * @param workflows the workflows whose scripts run for it, in this order
 * @param onboarding how far its initial bootstrap has come
 * @param standing whether it may take part
 * @param createdAt when it was loaded
 * @param updatedAt when it last changed
 * @param version rises with each change of its description or state
 */
public record Device(
    String masterId,
    String publicKey,
    Map<String, String> attributes,
    List<String> workflows,
    Onboarding onboarding,
    Standing standing,
    Instant createdAt,
    Instant updatedAt,
    long version) {}
