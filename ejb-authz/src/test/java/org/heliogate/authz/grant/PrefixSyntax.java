package org.heliogate.authz.grant;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.heliogate.spi.ResourceSyntax;

/** A language in which {@code a/*} covers all that starts with {@code a/}; counts its answers. */
public final class PrefixSyntax implements ResourceSyntax {

  private final AtomicLong comparisons = new AtomicLong();

  /** How often it was asked what covers what. */
  public long comparisons() {
    return comparisons.get();
  }

  @Override
  public Optional<String> fault(String resource) {
    return resource.indexOf('*') >= 0 && resource.indexOf('*') < resource.length() - 1
        ? Optional.of("has a * before its end")
        : Optional.empty();
  }

  @Override
  public boolean isPattern(String resource) {
    return resource.endsWith("*");
  }

  @Override
  public boolean covers(String pattern, String resource) {
    comparisons.incrementAndGet();
    return pattern.equals(resource)
        || (isPattern(pattern) && resource.startsWith(pattern.substring(0, pattern.length() - 1)));
  }
}
