package org.heliogate.rar.mqtt;

import java.util.Optional;
import org.heliogate.spi.ResourceSyntax;

/** The language of MQTT topic filters: {@code +} is any one level, {@code #} all below. */
enum TopicSyntax implements ResourceSyntax {
  /** The only one. */
  INSTANCE;

  @Override
  public Optional<String> fault(String resource) {
    return TopicFilter.fault(resource);
  }

  @Override
  public boolean isPattern(String resource) {
    return resource.indexOf('+') >= 0 || resource.indexOf('#') >= 0;
  }

  @Override
  public boolean covers(String pattern, String resource) {
    return TopicFilter.covers(pattern, resource)
        && TopicFilter.fault(pattern).isEmpty()
        && TopicFilter.fault(resource).isEmpty();
  }
}
