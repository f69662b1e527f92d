package org.heliogate.authz.ca;

import java.time.Instant;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A client certificate of this CA that is good now.
 *
 * @param serial the serial number, lower-case hex
 * @param clientId the client that it was issued to; null for what was issued offline
 * @param subject who it is about
 * @param thumbprint SHA-256 of its DER, base64url without padding: {@code x5t#S256} (RFC 8705 §3.1)
 * @param notAfter until when
 */
public record VerifiedCertificate(
    String serial,
    @Nullable String clientId,
    X500Principal subject,
    String thumbprint,
    Instant notAfter) {}
