package org.heliogate.device.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What goes into a request's {@code Authorization} header; asked anew for each try. */
@FunctionalInterface
public interface Authorization {

  /** No header. */
  Authorization NONE = (method, uri, body) -> null;

  /**
   * The header's value.
   *
   * @param method the HTTP method
   * @param uri the absolute URI on the issuer, without query
   * @param body the request's body
   * @return the value, or {@code null} for no header
   */
  @Nullable String header(String method, URI uri, byte[] body);
}
