package org.heliogate.authz.ca;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.heliogate.authz.platform.TestDatabase;

/** A process that issues one certificate, stops at a step, says so, and waits to be killed. */
final class IssuanceProcess {

  /** Between which steps it stops. */
  enum Stop {
    BEFORE_INTENT,
    BEFORE_SIGNATURE,
    BEFORE_STORAGE,
    BEFORE_ANSWER
  }

  static final String DATABASE = "database";
  static final String KEYS = "keys.p12";

  private IssuanceProcess() {}

  /** Runs in a JVM of its own: the directory and where to stop. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    Stop stop = Stop.valueOf(arguments[1]);
    CaFixture.Settable clock = new CaFixture.Settable(Clock.systemUTC().instant());
    CaFixture ca =
        new CaFixture(
            TestDatabase.inFile(directory.resolve(DATABASE)),
            clock,
            CaFixture.keysIn(directory.resolve(KEYS), clock),
            null);
    CaFixture.Ledger ledger =
        ca.new Ledger() {
          @Override
          public List<IssuanceOutcome> take(List<IssuanceStep> steps) {
            return steps.get(0) instanceof SigningIntent intent
                ? reserve(steps, intent.prepared().serial().toString(16))
                : complete(steps, ((SignedIntent) steps.get(0)).serial());
          }

          private List<IssuanceOutcome> reserve(List<IssuanceStep> steps, String serial) {
            stopAt(stop, Stop.BEFORE_INTENT, "");
            List<IssuanceOutcome> outcomes = super.take(steps);
            stopAt(stop, Stop.BEFORE_SIGNATURE, serial);
            return outcomes;
          }

          private List<IssuanceOutcome> complete(List<IssuanceStep> steps, String serial) {
            stopAt(stop, Stop.BEFORE_STORAGE, serial);
            List<IssuanceOutcome> outcomes = super.take(steps);
            stopAt(stop, Stop.BEFORE_ANSWER, serial);
            return outcomes;
          }
        };
    ca.serviceWith(ca.authorities, ledger).issue(CaFixture.order(CaFixture.newKey()));
  }

  private static void stopAt(Stop asked, Stop here, String serial) {
    if (asked == here) {
      System.out.println(here + " " + serial);
      System.out.flush();
      while (true) {
        java.util.concurrent.locks.LockSupport.park();
      }
    }
  }
}
