package org.heliogate.authz.platform;

import org.jspecify.annotations.Nullable;

/**
 * Word that something which nodes keep in memory has changed. Fired as a CDI event on every node,
 * within about 250 ms of the change (architecture, decision 8).
 *
 * @param kind what changed
 * @param subject which one: a client id, a role's or workflow's name, a token's digest
 * @param part what of it, where a change of a part is told: a grant's identifier; null for any part
 */
public record ChangeNotice(Kind kind, String subject, @Nullable String part) {

  /** Word of a change that may concern any part. */
  public ChangeNotice(Kind kind, String subject) {
    this(kind, subject, null);
  }

  /** What nodes keep in memory. */
  public enum Kind {
    /** A client, its roles, secrets, or its device. */
    CLIENT,
    /** All clients that a workflow's script has made. */
    CLIENTS_OF_WORKFLOW,
    /** What a role gives, by its workflow or by operators. */
    ROLE,
    /** What operators granted to a client itself; its part is the grant. */
    CLIENT_GRANTS,
    /** A resource server. */
    RESOURCE_SERVER,
    /** A token that ended early, or a deleted resource that tokens may be about. */
    TOKEN,
    /** A certificate that was withdrawn or released, by its serial number in lower-case hex. */
    CERTIFICATE,
    /** The keys that sign tokens. */
    SIGNING_KEYS,
    /** The responders that sign OCSP answers. */
    OCSP_RESPONDERS,
    /** A registered resource: a digest of its server and its identifier or name. */
    RESOURCE,
    /** Anything: this node was out of touch for so long that it cannot know what. */
    EVERYTHING
  }
}
