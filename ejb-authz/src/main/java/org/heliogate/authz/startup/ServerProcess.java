package org.heliogate.authz.startup;

import java.time.Duration;

/** The process that the application runs in, and whoever starts it again. */
interface ServerProcess {

  /** Whether somebody starts it again when it ends with {@link #restart}. */
  boolean supervised();

  /** How long it has been running. */
  Duration age();

  /** Ends it in order, to be started again. Returns at once. */
  void restart();
}
