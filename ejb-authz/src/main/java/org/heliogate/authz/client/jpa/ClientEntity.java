package org.heliogate.authz.client.jpa;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.ClientKeys;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.jspecify.annotations.Nullable;

/** A client's row. */
@Entity
@Table(name = "client")
public class ClientEntity {

  private static final String ACTIVE = "active";
  private static final String REVOKED = "revoked";

  @Id private String clientId;
  private String username;
  private String name;
  private String kind;
  private @Nullable String masterId;
  private @Nullable String workflow;
  private String status;
  private String authentication;
  private String scope;
  private boolean aatBearer;
  private boolean returnPin;
  private @Nullable String secretHash;
  private @Nullable String jwks;
  private @Nullable String tlsSubjectDn;
  private Instant tokensFrom;
  private Instant createdAt;
  @Version private long version;

  @ElementCollection
  @CollectionTable(name = "client_role", joinColumns = @JoinColumn(name = "client_id"))
  @Column(name = "role")
  private Set<String> roles = new HashSet<>();

  /** For JPA. */
  protected ClientEntity() {}

  /** A new, active client. */
  public ClientEntity(
      String clientId, String username, String name, ClientKind kind, Instant createdAt) {
    this.clientId = clientId;
    this.username = username;
    this.name = name;
    this.kind = kind.name();
    this.status = ACTIVE;
    this.authentication = "";
    this.scope = "";
    this.tokensFrom = createdAt.truncatedTo(ChronoUnit.MILLIS);
    this.createdAt = createdAt;
  }

  /** Ties the client to the device and workflow that it was made for. */
  public void setOrigin(String masterId, String workflow) {
    this.masterId = masterId;
    this.workflow = workflow;
  }

  /** Sets what the client may use. */
  public void setTerms(
      Set<AuthenticationMethod> authentication,
      Set<String> scope,
      boolean aatBearer,
      boolean returnPin) {
    this.authentication =
        authentication.stream()
            .map(AuthenticationMethod::wireName)
            .sorted()
            .collect(Collectors.joining(" "));
    this.scope = scope.stream().sorted().collect(Collectors.joining(" "));
    this.aatBearer = aatBearer;
    this.returnPin = returnPin;
  }

  /** Sets what people call it and what it is. */
  public void describe(String name, ClientKind kind) {
    this.name = name;
    this.kind = kind.name();
  }

  /**
   * Sets by what else than a secret it proves who it is.
   *
   * @param keys its public keys, null for none
   * @param tlsSubjectDn the subject of its certificate, null for {@code CN=<username>}
   */
  public void setProofs(@Nullable ClientKeys keys, @Nullable String tlsSubjectDn) {
    this.jwks = keys == null ? null : keys.json();
    this.tlsSubjectDn = tlsSubjectDn;
  }

  /** Replaces the secret; null leaves the client without one. */
  public void setSecretHash(@Nullable String secretHash) {
    this.secretHash = secretHash;
  }

  /** Gives the client exactly these roles. */
  public void setRoles(Set<String> roles) {
    if (!this.roles.equals(roles)) {
      this.roles.clear();
      this.roles.addAll(roles);
    }
  }

  /** Tokens issued before this moment are void. */
  public Instant tokensFrom() {
    return tokensFrom;
  }

  /** Voids every token issued until now; tokens count in milliseconds. */
  public void voidTokens(Instant now) {
    this.tokensFrom = now.truncatedTo(ChronoUnit.MILLIS).plusMillis(1);
  }

  /** Ends the client for good. */
  public void revoke(Instant now) {
    this.status = REVOKED;
    this.secretHash = null;
    voidTokens(now);
  }

  /** Its identifier. */
  public String clientId() {
    return clientId;
  }

  /** Its name on every resource server. */
  public String username() {
    return username;
  }

  /** What people call it. */
  public String name() {
    return name;
  }

  /** The device that it runs on, null for other clients. */
  public @Nullable String masterId() {
    return masterId;
  }

  /** Whether that workflow's script made it under that name. */
  public boolean madeBy(String workflow, String name) {
    return workflow.equals(this.workflow) && name.equals(this.name);
  }

  /** Whether it may be used. */
  public boolean active() {
    return status.equals(ACTIVE);
  }

  /** Whether it has a secret. */
  public boolean hasSecret() {
    return secretHash != null;
  }

  /** The scopes that it may ask for. */
  public Set<String> scope() {
    return words(scope);
  }

  /** Its roles. */
  public Set<String> roles() {
    return roles;
  }

  /** Its version. */
  public long version() {
    return version;
  }

  /** The client with the device that it runs on, null for other clients. */
  public RegisteredClient toRegisteredClient(@Nullable Device device) {
    Set<AuthenticationMethod> methods = EnumSet.noneOf(AuthenticationMethod.class);
    for (String method : words(authentication)) {
      AuthenticationMethod.of(method).ifPresent(methods::add);
    }
    return new RegisteredClient(
        clientId,
        username,
        name,
        ClientKind.valueOf(kind),
        Optional.ofNullable(device),
        Optional.ofNullable(workflow),
        active(),
        Set.copyOf(methods),
        words(scope),
        aatBearer,
        returnPin,
        secretHash,
        tokensFrom,
        Set.copyOf(roles),
        createdAt,
        version,
        Optional.ofNullable(jwks).map(ClientKeys::stored),
        tlsSubjectDn);
  }

  private static Set<String> words(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(" "));
  }
}
