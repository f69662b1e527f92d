package org.heliogate.spi;

import java.util.List;
import java.util.Objects;

/**
 * One way for clients to authenticate to a resource server (D3.4.2 §4, "security profiles").
 *
 * @param type what the client shows
 * @param uri where the client connects, with the scheme of the server's protocol
 * @param keyAlgorithms for {@link Type#X509} the accepted keys, for example {@code EC-P256}; empty
 *     for {@link Type#PASSWORD}
 */
public record SecurityProfile(Type type, String uri, List<String> keyAlgorithms) {

  /** What a client shows to authenticate. */
  public enum Type {
    /** A client certificate. */
    X509,
    /** A username and a password. */
    PASSWORD
  }

  /** Checks that nothing is null and takes an unmodifiable copy. */
  public SecurityProfile {
    Objects.requireNonNull(type);
    Objects.requireNonNull(uri);
    keyAlgorithms = List.copyOf(keyAlgorithms);
  }
}
