package org.heliogate.authz.startup;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.HsmUnavailableException.Reason;
import org.heliogate.hsm.TokenKeys;
import org.jspecify.annotations.Nullable;

/**
 * The way back when the token was lost. {@link TokenKeys} heals what logging in again heals. When
 * that does not help, a fresh process looks at the token now and then; once it works there, this
 * process, which will not see it any more, ends to be started again. So the server never goes down
 * for a token that is still away.
 *
 * <p>A PIN that the token refused, and a key that is not kept by it, are for an operator. Without a
 * supervisor the restart is, too.
 */
@ApplicationScoped
public class HsmRecovery {

  private static final Logger LOG = Logger.getLogger(HsmRecovery.class.getName());

  /** What heals by itself within this time needs no look. */
  static final Duration GRACE = Duration.ofSeconds(2);

  /** Before the second look; each costs a short-lived process, so the pause doubles. */
  static final Duration FIRST_PAUSE = Duration.ofSeconds(2);

  /** Between two looks at most. */
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(16);

  /** A process is not ended before, so that restarts which do not help stay few. */
  static final Duration SHORTEST_LIFE = Duration.ofSeconds(20);

  private final TokenKeys keys;
  private final ServerProcess process;
  private final Clock clock;
  private @Nullable Instant nextLook;
  private Duration pause = FIRST_PAUSE;
  private boolean worked;
  private boolean ending;
  private volatile @Nullable Reason diagnosis;

  /** The recovery of these keys in this process. */
  @Inject
  public HsmRecovery(TokenKeys keys, ServerProcess process, Clock clock) {
    this.keys = keys;
    this.process = process;
    this.clock = clock;
  }

  /** What is wrong with the token, as well as is known; empty while it works. */
  public Optional<Reason> diagnosis() {
    return Optional.ofNullable(diagnosis);
  }

  /** Looks, and does what is due; for one thread, called every second or so. */
  void run() {
    if (ending) {
      return;
    }
    try {
      keys.check();
    } catch (HsmUnavailableException e) {
      lost(e);
      return;
    }
    if (diagnosis != null) {
      LOG.info("The HSM works again");
    }
    worked = true;
    nextLook = null;
    pause = FIRST_PAUSE;
    diagnosis = null;
  }

  private void lost(HsmUnavailableException failure) {
    Instant due = nextLook;
    Reason reason = failure.reason();
    if (!keys.onToken() || !passes(reason)) {
      diagnosed(reason, failure);
    } else if (due == null) {
      // The key that the check uses is never deleted: if it has been there, the token is gone.
      diagnosed(worked && reason == Reason.KEY_ABSENT ? Reason.TOKEN_ABSENT : reason, failure);
      nextLook = clock.instant().plus(GRACE);
    } else if (!clock.instant().isBefore(due)) {
      look();
      nextLook = clock.instant().plus(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }

  private static boolean passes(Reason reason) {
    return switch (reason) {
      case TOKEN_ABSENT, KEY_ABSENT, FAULT, RESTART_NEEDED -> true;
      case PIN_INCORRECT, PIN_LOCKED, KEY_EXPOSED -> false;
    };
  }

  private void look() {
    Optional<Reason> seen = keys.lookAfresh();
    if (seen.isPresent()) {
      diagnosed(seen.get(), null);
    } else if (!process.supervised()) {
      diagnosed(Reason.RESTART_NEEDED, null);
    } else if (process.age().compareTo(SHORTEST_LIFE) >= 0) {
      LOG.warning("The token is back, but this process cannot use it any more: restarting");
      ending = true;
      process.restart();
    }
  }

  private void diagnosed(Reason reason, @Nullable HsmUnavailableException failure) {
    if (diagnosis != reason) {
      diagnosis = reason;
      LOG.log(Level.SEVERE, "The HSM cannot be used (" + reason + "): " + reason.advice(), failure);
    }
  }
}
