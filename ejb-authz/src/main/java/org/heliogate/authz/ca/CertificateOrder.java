package org.heliogate.authz.ca;

import java.time.Instant;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.RegisteredClient;
import org.heliogate.authz.device.Device;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a client is to be certified for.
 *
 * @param clientId the client
 * @param masterId the device that the client belongs to; null for others
 * @param tokensFrom the client's, as it was when it authenticated itself: nothing is issued once
 *     what it authenticated itself by was voided
 * @param username the client's name on the resource servers, the CN
 * @param profile a client profile
 * @param xmppDomain domain of its XMPP account; null without an XMPP grant
 * @param request the checked request
 */
public record CertificateOrder(
    String clientId,
    @Nullable String masterId,
    Instant tokensFrom,
    String username,
    CertificateProfile profile,
    @Nullable String xmppDomain,
    CertificationRequest request) {

  /** Checks that the profile is one of clients. */
  public CertificateOrder {
    if (profile.purpose() != CertificateProfile.Purpose.CLIENT) {
      throw new IllegalArgumentException(profile.name() + " is not a client's profile");
    }
  }

  /** What a client is to be certified for as what it is: a device's, or another application. */
  public static CertificateOrder of(RegisteredClient client, CertificationRequest request) {
    return new CertificateOrder(
        client.clientId(),
        client.device().map(Device::masterId).orElse(null),
        client.tokensFrom(),
        client.username(),
        client.kind() == ClientKind.DEVICE
            ? CertificateProfile.DEVICE_CLIENT
            : CertificateProfile.APPLICATION_CLIENT,
        null,
        request);
  }

  CertificateOrder under(CertificateProfile other) {
    return new CertificateOrder(
        clientId, masterId, tokensFrom, username, other, xmppDomain, request);
  }

  CertificateHolder holder() {
    return masterId == null
        ? CertificateHolder.application(username, xmppDomain, clientId)
        : CertificateHolder.device(username, xmppDomain, masterId);
  }

  /** The same for every order that one certificate satisfies. */
  String liveKey() {
    return clientId + '/' + profile.name() + '/' + request.publicKeySha256();
  }
}
