package org.heliogate.authz.token;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Onboarding;

/**
 * The end of a device's initial bootstrap: the first token that one of its clients gets closes it
 * until an operator re-arms the device.
 */
@ApplicationScoped
public class DeviceConfirmation {

  private final ConfirmationLedger ledger;

  /** A confirmation that is written into the given ledger. */
  @Inject
  public DeviceConfirmation(ConfirmationLedger ledger) {
    this.ledger = ledger;
  }

  /** Confirms the client's device if it has one that is not confirmed yet. */
  public void confirmDeviceOf(RegisteredClient client) {
    client
        .device()
        .filter(device -> device.onboarding() != Onboarding.CONFIRMED)
        .ifPresent(device -> ledger.confirm(device.masterId(), client.clientId()));
  }
}
