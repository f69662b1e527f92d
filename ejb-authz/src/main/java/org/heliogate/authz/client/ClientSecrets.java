package org.heliogate.authz.client;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.security.SecureRandom;
import java.util.Base64;
import org.heliogate.authz.platform.Digests;

/** The source of client identifiers, usernames and secrets. */
@ApplicationScoped
public class ClientSecrets {

  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int USERNAME_CHARACTERS = 26;

  private final SecureRandom random;

  /** A source that draws from the given generator. */
  @Inject
  public ClientSecrets(SecureRandom random) {
    this.random = random;
  }

  /**
   * A client secret at the only moment when it is at hand.
   *
   * @param value 256 random bits, base64url
   * @param hash what is stored of it: SHA-256, base64url
   */
  public record Secret(String value, String hash) {
    /** Never shows the secret. */
    @Override
    public String toString() {
      return "Secret[***]";
    }
  }

  /** A fresh client secret. */
  public Secret secret() {
    String value = text(32);
    return new Secret(value, Digests.sha256(value));
  }

  /** A fresh client identifier: 128 random bits, base64url. */
  public String clientId() {
    return text(16);
  }

  /** A fresh username: {@code hg-} and 130 random bits as lower-case base32. */
  public String username() {
    StringBuilder name = new StringBuilder("hg-");
    for (int i = 0; i < USERNAME_CHARACTERS; i++) {
      name.append(BASE32.charAt(random.nextInt(BASE32.length())));
    }
    return name.toString();
  }

  private String text(int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
  }
}
