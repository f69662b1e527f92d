package org.heliogate.authz.token;

import java.time.Instant;
import java.util.Set;
import org.heliogate.authz.client.AuthenticationMethod;
import org.jspecify.annotations.Nullable;

/**
 * An authorization API token (AAT, UMA 1.0.1 §1.2), or an administration token of the same form:
 * what it says once its tag was checked or the tag was made.
 *
 * @param handle the first part of the token, which names it and says all of the following
 * @param clientId whose it is
 * @param scope what it is good for
 * @param method how the client authenticated for it
 * @param bearer whether it may be shown as plain Bearer
 * @param confirmation what it is bound to, null if to nothing
 * @param issuedAt since when
 * @param expiresAt until when
 */
public record AuthorizationApiToken(
    String handle,
    String clientId,
    Set<String> scope,
    AuthenticationMethod method,
    boolean bearer,
    @Nullable Confirmation confirmation,
    Instant issuedAt,
    Instant expiresAt) {}
