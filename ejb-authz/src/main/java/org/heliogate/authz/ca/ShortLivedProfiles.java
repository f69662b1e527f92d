package org.heliogate.authz.ca;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.heliogate.hsm.ca.CertificateProfile;

/**
 * The client profiles whose certificates live for hours instead of days ({@code
 * heliogate.certificates.short-lived}: names of profiles, delimited by spaces; none by default).
 */
@ApplicationScoped
public class ShortLivedProfiles {

  private static final String PROPERTY = "heliogate.certificates.short-lived";

  private final Set<String> names;

  /**
   * Those that the system property names.
   *
   * @throws IllegalStateException if one has no short-lived form
   */
  @Inject
  public ShortLivedProfiles() {
    this(System.getProperty(PROPERTY, ""));
  }

  ShortLivedProfiles(String delimited) {
    names =
        Arrays.stream(delimited.strip().split("\\s+"))
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    for (String name : names) {
      try {
        CertificateProfile.named(name).shortLived();
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(PROPERTY + " names " + name + ", which has none", e);
      }
    }
  }

  /** The names of these profiles. */
  public Set<String> names() {
    return names;
  }

  /** The short-lived form of a profile that is among these, otherwise the profile itself. */
  CertificateProfile of(CertificateProfile profile) {
    return names.contains(profile.name()) ? profile.shortLived() : profile;
  }
}
