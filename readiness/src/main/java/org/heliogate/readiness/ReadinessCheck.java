package org.heliogate.readiness;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** The check named {@code heliogate} (MicroProfile Health 4.0 §3.2). */
@Readiness
@ApplicationScoped
public class ReadinessCheck implements HealthCheck {

  private final ReadinessReports reports;

  /** For the container's proxy. */
  protected ReadinessCheck() {
    this(new ReadinessReports());
  }

  /** A check of what is reported. */
  @Inject
  public ReadinessCheck(ReadinessReports reports) {
    this.reports = reports;
  }

  @Override
  public HealthCheckResponse call() {
    ReadinessReport report = reports.current();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("heliogate").status(report.ready());
    report.details().forEach(response::withData);
    return response.build();
  }
}
