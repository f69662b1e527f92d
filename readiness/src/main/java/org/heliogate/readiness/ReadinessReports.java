package org.heliogate.readiness;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.function.Supplier;

/** Where the application says how to find out whether it is ready. Thread-safe. */
@ApplicationScoped
public class ReadinessReports {

  private static final ReadinessReport STARTING =
      new ReadinessReport(false, Map.of("application", "starting"));

  private volatile Supplier<ReadinessReport> source = () -> STARTING;

  /** Asks this source from now on. */
  public void comeFrom(Supplier<ReadinessReport> newSource) {
    source = newSource;
  }

  /** How it stands now; not ready until a source is known. */
  public ReadinessReport current() {
    return source.get();
  }
}
