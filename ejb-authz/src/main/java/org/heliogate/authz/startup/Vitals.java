package org.heliogate.authz.startup;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.util.Map;
import org.heliogate.hsm.HsmUnavailableException;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.readiness.ReadinessReport;

/**
 * What this node needs to serve. A resource server that is down is not among it; its changes wait.
 */
@ApplicationScoped
public class Vitals {

  private static final String UP = "up";

  private final TokenKeys keys;
  private final HsmRecovery recovery;
  private final EntityManager entityManager;
  private final Preparation preparation;

  /** The vitals of this node. */
  @Inject
  public Vitals(
      TokenKeys keys, HsmRecovery recovery, EntityManager entityManager, Preparation preparation) {
    this.keys = keys;
    this.recovery = recovery;
    this.entityManager = entityManager;
    this.preparation = preparation;
  }

  /** Looks at each. */
  public ReadinessReport read() {
    String hsm = hsm();
    String database = database();
    boolean prepared = preparation.complete();
    return new ReadinessReport(
        prepared && hsm.equals(UP) && database.equals(UP),
        Map.of("prepared", Boolean.toString(prepared), "hsm", hsm, "database", database));
  }

  private String hsm() {
    try {
      keys.check();
      return UP;
    } catch (HsmUnavailableException e) {
      HsmUnavailableException.Reason reason = recovery.diagnosis().orElse(e.reason());
      return "down: " + reason + ", " + reason.advice();
    }
  }

  private String database() {
    try {
      entityManager.createNativeQuery("select 1").getSingleResult();
      return UP;
    } catch (PersistenceException e) {
      return "down";
    }
  }
}
