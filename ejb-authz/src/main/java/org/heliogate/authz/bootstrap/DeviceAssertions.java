package org.heliogate.authz.bootstrap;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.heliogate.authz.assertion.AssertionVerifier;
import org.heliogate.authz.assertion.ProvenAssertion;
import org.heliogate.authz.assertion.SignedAssertion;
import org.heliogate.authz.assertion.UnprovenException;
import org.heliogate.authz.device.Device;
import org.heliogate.authz.device.DeviceStore;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.resource.NameSyntax;

/**
 * The check of the assertion by which a device's secure element proves who it is (D3.4.2 §3.2, step
 * 4; RFC 7523 §3). An unknown device costs as much time as a known one.
 */
@ApplicationScoped
public class DeviceAssertions {

  private final DeviceStore devices;
  private final AssertionVerifier verifier;
  private final AssertionVerifier.Terms terms;

  /** A check against the loaded devices. */
  @Inject
  public DeviceAssertions(DeviceStore devices, AssertionVerifier verifier, Settings settings) {
    this.devices = devices;
    this.verifier = verifier;
    this.terms =
        new AssertionVerifier.Terms(
            Set.of(settings.issuer(), settings.issuer() + "/bootstrap"), true, true);
  }

  /**
   * Checks signature, audience and times.
   *
   * @return an assertion whose subject is the device's master ID
   * @throws UnprovenException for whatever reason
   */
  public ProvenAssertion verify(String text) throws UnprovenException {
    SignedAssertion assertion = SignedAssertion.parse(text);
    Optional<Device> device =
        assertion.subject().filter(NameSyntax.IDENTIFIER::matches).flatMap(devices::find);
    try {
      return verifier.verify(assertion, keys(device, assertion), terms);
    } catch (UnprovenException e) {
      throw device.isPresent() ? e : new UnprovenException("unknown device");
    }
  }

  private static List<PublicKey> keys(Optional<Device> device, SignedAssertion assertion) {
    return device.map(known -> assertion.keysIn(known.publicKey())).orElse(List.of());
  }
}
