package org.heliogate.it.fuzz;

import java.io.IOException;
import org.heliogate.it.fixture.Instance;
import org.junit.jupiter.api.Test;

/**
 * Hostile requests to every endpoint: each is refused in the form of the contract or answered, none
 * is a fault of the server's, and no secret of a request comes back or stays in a log. The system
 * property {@code heliogate.fuzz.requests} says how many, 2,000 if it is absent.
 */
class FuzzIT {

  private static final int DEFAULT_REQUESTS = 2_000;

  @Test
  void answerWhenRequestIsHostileThenInTheFormOfTheContract() throws IOException {
    new Barrage(Instance.current())
        .run(Integer.getInteger("heliogate.fuzz.requests", DEFAULT_REQUESTS));
  }
}
