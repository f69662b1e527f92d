package org.heliogate.authz.resource;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A resource server as it was registered: one behind a proxy, or one that registers its own
 * resources and checks tokens itself.
 *
 * @param id its name in workflows and URIs, a {@link NameSyntax#LABEL}
 * @param type its kind, for example {@code mqtt}
 * @param connectionFactory the JNDI name of its adapter's pool; null for one without a proxy
 * @param clientId the client as which it registers its resources; null for one behind a proxy
 * @param tokens what the tokens for it are like; the default for one behind a proxy
 * @param approvals who may approve there what nobody has granted
 * @param createdAt when it was registered
 * @param version rises with each change
 */
public record ResourceServer(
    String id,
    String type,
    @Nullable String connectionFactory,
    @Nullable String clientId,
    TokenTerms tokens,
    ApprovalPolicy approvals,
    Instant createdAt,
    long version) {

  /** The type of the servers that register their own resources. */
  public static final String SELF_REGISTERING = "oauth";

  /** Whether an adapter enforces rights on it; otherwise the tokens alone say what is allowed. */
  public boolean proxied() {
    return connectionFactory != null;
  }

  /** What the tokens for it name as their audience (RFC 9068 §2.2). */
  public String audience() {
    return clientId == null ? id : clientId;
  }
}
