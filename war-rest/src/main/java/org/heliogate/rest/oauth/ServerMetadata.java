package org.heliogate.rest.oauth;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.heliogate.authz.assertion.AssertionAlgorithm;
import org.heliogate.authz.client.AuthenticationMethod;
import org.heliogate.authz.client.EnabledMethods;
import org.heliogate.authz.dpop.DpopProofs;
import org.heliogate.authz.platform.Settings;

/** The documents in which this server says what it offers. */
@ApplicationScoped
public class ServerMetadata {

  private static final String UMA_TICKET = "urn:ietf:params:oauth:grant-type:uma-ticket";

  private final Settings settings;
  private final EnabledMethods enabled;

  /** The documents for the given issuer. */
  @Inject
  public ServerMetadata(Settings settings, EnabledMethods enabled) {
    this.settings = settings;
    this.enabled = enabled;
  }

  /** RFC 8414 §2. */
  Map<String, Object> oauth() {
    String issuer = settings.issuer();
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("issuer", issuer);
    metadata.put("token_endpoint", issuer + "/oauth/token");
    putClientAuthentication(metadata, "token");
    metadata.put("introspection_endpoint", issuer + "/oauth/introspect");
    putClientAuthentication(metadata, "introspection");
    metadata.put("revocation_endpoint", issuer + "/oauth/revoke");
    putClientAuthentication(metadata, "revocation");
    metadata.put("jwks_uri", issuer + "/oauth/jwks");
    metadata.put("response_types_supported", List.of());
    metadata.put("grant_types_supported", List.of("client_credentials", UMA_TICKET));
    metadata.put(
        "scopes_supported", List.of("uma_authorization", "uma_protection", "admin", "admin:read"));
    metadata.put("dpop_signing_alg_values_supported", DpopProofs.ALGORITHMS);
    metadata.put("tls_client_certificate_bound_access_tokens", true);
    metadata.put("bootstrap_endpoint", issuer + "/bootstrap");
    metadata.put("csr_endpoint", issuer + "/csr");
    metadata.put("rpt_endpoint", issuer + "/uma/rpt");
    metadata.put("est_endpoint", issuer + "/.well-known/est");
    metadata.put("ca_certificates_endpoint", issuer + "/pki/ca.pem");
    return metadata;
  }

  private void putClientAuthentication(Map<String, Object> metadata, String endpoint) {
    metadata.put(
        endpoint + "_endpoint_auth_methods_supported",
        enabled.all().stream().map(AuthenticationMethod::wireName).toList());
    if (enabled.contains(AuthenticationMethod.PRIVATE_KEY_JWT)) {
      metadata.put(
          endpoint + "_endpoint_auth_signing_alg_values_supported",
          Arrays.stream(AssertionAlgorithm.values()).map(AssertionAlgorithm::wireName).toList());
    }
  }

  /** UMA 2.0 Grant §2 and FedAuthz §2. */
  Map<String, Object> uma2() {
    String issuer = settings.issuer();
    Map<String, Object> metadata = new TreeMap<>(oauth());
    metadata.put("permission_endpoint", issuer + "/uma/permission");
    metadata.put("resource_registration_endpoint", issuer + "/uma/resource_set");
    metadata.put("token_introspection_endpoint", issuer + "/oauth/introspect");
    metadata.put("uma_profiles_supported", List.of());
    return metadata;
  }

  /** UMA 1.0.1 §1.4. It has no authorization endpoint: there are no end users here. */
  Map<String, Object> uma1() {
    String issuer = settings.issuer();
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("version", "1.0.1");
    metadata.put("issuer", issuer);
    metadata.put("pat_profiles_supported", List.of("bearer"));
    metadata.put("aat_profiles_supported", List.of("bearer"));
    metadata.put("rpt_profiles_supported", List.of("bearer"));
    metadata.put("pat_grant_types_supported", List.of("client_credentials"));
    metadata.put("aat_grant_types_supported", List.of("client_credentials"));
    metadata.put("token_endpoint", issuer + "/oauth/token");
    metadata.put("introspection_endpoint", issuer + "/oauth/introspect");
    metadata.put("resource_set_registration_endpoint", issuer + "/uma/resource_set");
    metadata.put("permission_registration_endpoint", issuer + "/uma/permission");
    metadata.put("rpt_endpoint", issuer + "/uma/rpt");
    return metadata;
  }
}
