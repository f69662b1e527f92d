package org.heliogate.authz.uma;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A permission ticket of the front door (UMA 2.0 Grant §3.2) or of a resource server (UMA FedAuthz
 * §4): what a client asked a resource server for. It is handed out sealed and costs no storage
 * until it is presented.
 *
 * @param id its own name, 128 random bits
 * @param resourceServer where access is asked for
 * @param permissions to what, at least one
 * @param client the only client that may redeem it; null for the first that presents it
 * @param expiresAt until when
 */
public record PermissionTicket(
    String id,
    String resourceServer,
    List<AskedPermission> permissions,
    @Nullable String client,
    Instant expiresAt) {}
