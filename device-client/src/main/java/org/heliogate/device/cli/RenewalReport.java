package org.heliogate.device.cli;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.heliogate.device.CredentialRenewal;
import org.heliogate.device.Credentials;
import org.heliogate.device.failure.DeviceException;

/** Says on standard error what becomes of renewals. */
final class RenewalReport implements CredentialRenewal.Listener {

  private final String deviceId;
  private final PrintWriter err;
  private final AtomicInteger count = new AtomicInteger();

  RenewalReport(String deviceId, PrintWriter err) {
    this.deviceId = deviceId;
    this.err = err;
  }

  /** How often credentials were renewed. */
  int count() {
    return count.get();
  }

  @Override
  public void renewed(Credentials credentials) {
    count.incrementAndGet();
    say(
        "credentials for "
            + credentials.resourceServer()
            + " renewed until "
            + credentials.expiresAt()
            + ", due again at "
            + credentials.renewAt());
  }

  @Override
  public void failed(DeviceException failure, Instant again) {
    say("renewal failed, next attempt at " + again + ": " + failure.getMessage());
  }

  private void say(String text) {
    err.println(deviceId + ": " + text);
    err.flush();
  }
}
