package org.heliogate.hsm.ca;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.heliogate.hsm.TokenKeys;

/**
 * The name of an issuing CA's key: {@code issuing} for the first, then {@code issuing-2} and so on.
 * Numbers are never used again, so a higher one is a later CA.
 *
 * @param number from 1
 */
public record IssuingAlias(int number) implements Comparable<IssuingAlias> {

  private static final Pattern PATTERN =
      Pattern.compile(Pattern.quote(TokenKeys.ISSUING) + "(?:-([2-9]|[1-9][0-9]{1,5}))?");

  /** Reads an alias; empty for those of other keys. */
  public static Optional<IssuingAlias> parse(String alias) {
    Matcher matcher = PATTERN.matcher(alias);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String number = matcher.group(1);
    return Optional.of(new IssuingAlias(number == null ? 1 : Integer.parseInt(number)));
  }

  /** Those among aliases, the first CA first. */
  public static List<IssuingAlias> among(Collection<String> aliases) {
    return aliases.stream()
        .map(IssuingAlias::parse)
        .flatMap(Optional::stream)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  @Override
  public int compareTo(IssuingAlias other) {
    return Integer.compare(number, other.number);
  }

  /** The alias. */
  @Override
  public String toString() {
    return number == 1 ? TokenKeys.ISSUING : TokenKeys.ISSUING + "-" + number;
  }
}
