package org.heliogate.device;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.heliogate.device.element.ApplicationKeys;
import org.heliogate.device.element.KeyAlgorithm;
import org.heliogate.device.failure.SecureElementException;

/**
 * The key pairs of one client for one resource server, numbered {@code <client>.<server>.<n>}.
 *
 * <p>At most two stay: the one that the credentials use, and one that waits for its certificate, so
 * that an interrupted request goes on with the same key.
 */
final class KeyChain {

  private final ClientContext context;
  private final ApplicationKeys keys;
  private final String prefix;

  KeyChain(ClientContext context, ApplicationKeys keys, String client, String resourceServer) {
    this.context = context;
    this.keys = keys;
    this.prefix = client + "." + resourceServer + ".";
  }

  /** The key that waits for a certificate, made when there is none of this kind. */
  String next(KeyAlgorithm algorithm, Optional<String> inUse) {
    List<String> waiting =
        aliases().stream().filter(alias -> !inUse.equals(Optional.of(alias))).toList();
    Optional<String> usable =
        waiting.stream().filter(alias -> algorithm.accepts(keys.publicKey(alias))).findFirst();
    waiting.stream().filter(alias -> !usable.equals(Optional.of(alias))).forEach(this::delete);
    return usable.orElseGet(() -> create(algorithm, inUse));
  }

  private String create(KeyAlgorithm algorithm, Optional<String> inUse) {
    long number = inUse.map(this::number).orElse(0L) + 1;
    String alias = prefix + number;
    ClientContext.Stopwatch stopwatch = context.stopwatch();
    keys.createKeyPair(alias, algorithm);
    context.listener().completed(Step.KEYGEN, stopwatch.elapsed());
    return alias;
  }

  /** Deletes every key but this one. */
  void keepOnly(String inUse) {
    aliases().stream().filter(alias -> !alias.equals(inUse)).forEach(this::delete);
  }

  /** Deletes every key. */
  void clear() {
    aliases().forEach(this::delete);
  }

  boolean contains(String alias) {
    return keys.keyAliases().contains(alias);
  }

  private void delete(String alias) {
    if (!keys.deleteKeyPair(alias)) {
      throw new SecureElementException(
          "the secure element did not delete " + alias, "Run the command again.");
    }
  }

  private List<String> aliases() {
    return keys.keyAliases().stream()
        .filter(alias -> alias.startsWith(prefix) && number(alias) > 0)
        .sorted(Comparator.comparingLong(this::number).reversed())
        .toList();
  }

  private long number(String alias) {
    String text = alias.startsWith(prefix) ? alias.substring(prefix.length()) : "";
    return text.matches("[1-9][0-9]{0,17}") ? Long.parseLong(text) : 0;
  }
}
