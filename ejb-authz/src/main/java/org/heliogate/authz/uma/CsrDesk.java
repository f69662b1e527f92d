package org.heliogate.authz.uma;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.util.Map;
import java.util.Optional;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.DevicePins;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.resource.ResourceServers;
import org.heliogate.authz.token.Caller;
import org.jspecify.annotations.Nullable;

/** The CSR endpoint's service (D3.4.2 §4, getCredentials, first half). */
@ApplicationScoped
public class CsrDesk {

  private final ResourceServers servers;
  private final DevicePins pins;
  private final AuditTrail audit;

  /** A desk for the registered resource servers. */
  @Inject
  public CsrDesk(ResourceServers servers, DevicePins pins, AuditTrail audit) {
    this.servers = servers;
    this.pins = pins;
    this.audit = audit;
  }

  /**
   * Says what to put into a certificate request. The PIN goes only to a device whose workflow
   * returns it, and only where having read the AAT somewhere is not enough.
   *
   * @throws RequestException {@link ErrorCode#INVALID_REQUEST} for an unknown resource server;
   *     {@link ErrorCode#TOO_MANY_REQUESTS} when the PIN was asked for too often
   */
  @Transactional
  public CsrTerms terms(Caller caller, String resourceServer) {
    if (servers.find(resourceServer).isEmpty()) {
      throw new RequestException(ErrorCode.INVALID_REQUEST, "there is no such resource server");
    }
    RegisteredClient client = caller.client();
    @Nullable String pin = null;
    if (client.returnPin() && caller.proof().isOfPossession()) {
      pin = client.device().map(Device::masterId).flatMap(this::answer).orElse(null);
    }
    return new CsrTerms(client.username(), "CN=" + client.username(), pin);
  }

  private Optional<String> answer(String masterId) {
    Optional<String> pin = pins.openCounted(masterId);
    if (pin.isPresent()) {
      audit.record(AuditEvent.success("device.pin", masterId, masterId, Map.of("by", "csr")));
    }
    return pin;
  }
}
