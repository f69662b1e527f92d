package org.heliogate.bench.status;

import java.io.IOException;
import java.security.GeneralSecurityException;

/** What is done over and over. */
@FunctionalInterface
interface Work {

  /** Does it once, on the thread of that number. */
  void run(int thread) throws IOException, GeneralSecurityException;
}
