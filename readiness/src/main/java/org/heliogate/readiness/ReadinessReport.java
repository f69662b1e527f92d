package org.heliogate.readiness;

import java.util.Map;

/**
 * Whether this node can serve.
 *
 * @param ready whether it can
 * @param details what was looked at, by name; no secrets
 */
public record ReadinessReport(boolean ready, Map<String, String> details) {

  /** Takes an unmodifiable copy of the details. */
  public ReadinessReport {
    details = Map.copyOf(details);
  }
}
