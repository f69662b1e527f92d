package org.heliogate.spi;

import java.util.Objects;

/** How a principal proves to the resource server who it is. */
public sealed interface Credential {

  /** No credential: the principal cannot log in. */
  record None() implements Credential {}

  /**
   * A client certificate of Heliogate's CA.
   *
   * @param subject the subject as an RFC 4514 string, exactly {@code CN=<username>}
   */
  record X509(String subject) implements Credential {
    /** Checks that there is a subject. */
    public X509 {
      Objects.requireNonNull(subject);
    }
  }

  /**
   * A password to be set now.
   *
   * @param secret the password; {@link #toString()} never shows it
   */
  record Password(String secret) implements Credential {
    /** Checks that there is a password. */
    public Password {
      Objects.requireNonNull(secret);
    }

    @Override
    public String toString() {
      return "Password[secret=***]";
    }
  }

  /**
   * The password that the resource server already has. It was erased at Heliogate once it was
   * enforced and delivered, so a server that has lost it answers {@link
   * PrincipalOutcome.Status#CREDENTIAL_LOST}.
   */
  record KeptPassword() implements Credential {}

  /** The credential of a principal that cannot log in. */
  static Credential none() {
    return new None();
  }
}
