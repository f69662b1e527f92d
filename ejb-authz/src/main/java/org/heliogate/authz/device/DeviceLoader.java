package org.heliogate.authz.device;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.PersistenceException;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.heliogate.authz.audit.AuditEvent;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.device.manifest.ManifestLine;
import org.heliogate.authz.device.manifest.ManifestReader;
import org.heliogate.authz.platform.Constraints;
import org.heliogate.authz.platform.DatabaseContention;

/**
 * The loading of manifests (D3.4.2 §3.2, step 3): reads a stream line by line and stores the good
 * ones, some hundred to a transaction. Loading a manifest again changes nothing, so a load that was
 * cut off is simply repeated.
 */
@ApplicationScoped
public class DeviceLoader {

  private static final int BATCH = 200;
  private static final int MAX_ERRORS = 1_000;
  private static final int ATTEMPTS = 3;

  private final DeviceIntake intake;
  private final AuditTrail audit;

  /** A loader into the given intake. */
  @Inject
  public DeviceLoader(DeviceIntake intake, AuditTrail audit) {
    this.intake = intake;
    this.audit = audit;
  }

  /**
   * What became of a manifest.
   *
   * @param loaded new devices
   * @param unchanged devices that were loaded before, the same
   * @param failed lines that were refused
   * @param errors why, the first 1,000
   */
  public record Report(long loaded, long unchanged, long failed, List<LineError> errors) {}

  /**
   * Why a line was refused.
   *
   * @param line counted from 1
   * @param detail what is wrong; never a secret
   */
  public record LineError(long line, String detail) {}

  /**
   * Loads a manifest.
   *
   * @param actor who loads it
   * @param open opens the reader with the hash for its lines; it is closed here
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public Report load(String actor, Function<Function<byte[], byte[]>, ManifestReader> open) {
    Tally tally = new Tally();
    try (ManifestReader lines = open.apply(intake.hash())) {
      List<ManifestLine.Element> batch = new ArrayList<>();
      while (lines.hasNext()) {
        ManifestLine line = lines.next();
        if (line instanceof ManifestLine.Fault fault) {
          tally.refuse(fault.number(), fault.detail());
        } else if (line instanceof ManifestLine.Element element) {
          batch.add(element);
        }
        if (batch.size() == BATCH) {
          store(actor, batch, tally);
        }
      }
      store(actor, batch, tally);
    } catch (IOException e) {
      throw new UncheckedIOException("the manifest could not be read to its end", e);
    }
    Report report =
        new Report(tally.loaded, tally.unchanged, tally.failed, List.copyOf(tally.errors));
    audit.record(
        AuditEvent.success(
            "device.load-manifest",
            actor,
            "devices",
            Map.of(
                "loaded", Long.toString(report.loaded()),
                "unchanged", Long.toString(report.unchanged()),
                "failed", Long.toString(report.failed()))));
    return report;
  }

  private void store(String actor, List<ManifestLine.Element> batch, Tally tally) {
    if (batch.isEmpty()) {
      return;
    }
    DeviceIntake.Outcome outcome = take(actor, batch);
    tally.loaded += outcome.loaded();
    tally.unchanged += outcome.unchanged();
    outcome.errors().forEach(error -> tally.refuse(error.line(), error.detail()));
    batch.clear();
  }

  /** Two loads may bring the same elements at once; the one that comes second repeats. */
  private DeviceIntake.Outcome take(String actor, List<ManifestLine.Element> batch) {
    for (int attempt = 1; ; attempt++) {
      try {
        return intake.take(actor, batch);
      } catch (PersistenceException e) {
        if (attempt == ATTEMPTS || !(Constraints.violated(e) || DatabaseContention.caused(e))) {
          throw e;
        }
      }
    }
  }

  private static final class Tally {

    private long loaded;
    private long unchanged;
    private long failed;
    private final List<LineError> errors = new ArrayList<>();

    void refuse(long line, String detail) {
      failed++;
      if (errors.size() < MAX_ERRORS) {
        errors.add(new LineError(line, detail));
      }
    }
  }
}
