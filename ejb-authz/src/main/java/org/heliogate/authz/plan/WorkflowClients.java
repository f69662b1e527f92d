package org.heliogate.authz.plan;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.stream.Collectors;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.projection.Projections;
import org.heliogate.authz.workflow.WorkflowDocument;
import org.heliogate.authz.workflow.WorkflowDocument.BootstrapClient;

/**
 * The clients that a workflow's bootstrap script has made on devices. When another version of the
 * workflow takes force they follow it, a few statements however many they are. A client that the
 * version adds comes with the device's next bootstrap; one that it drops loses its roles now and
 * ends with that bootstrap.
 */
@ApplicationScoped
public class WorkflowClients {

  private static final String OF_WORKFLOW =
      " from client where workflow = :workflow and master_id is not null and status = 'active'";

  private final EntityManager entityManager;
  private final Projections projections;
  private final ChangeNotices notices;

  /** The clients in the given database. */
  @Inject
  public WorkflowClients(
      EntityManager entityManager, Projections projections, ChangeNotices notices) {
    this.entityManager = entityManager;
    this.projections = projections;
    this.notices = notices;
  }

  /** Gives the clients the roles and terms that the document says. */
  @Transactional(Transactional.TxType.MANDATORY)
  public void follow(WorkflowDocument document) {
    entityManager.flush();
    entityManager
        .createNativeQuery(
            "delete from client_role where client_id in (select client_id" + OF_WORKFLOW + ")")
        .setParameter("workflow", document.name())
        .executeUpdate();
    for (BootstrapClient client : document.bootstrap().clients()) {
      follow(document, client);
    }
    projections.raiseOfWorkflow(document.name());
    notices.publish(ChangeNotice.Kind.CLIENTS_OF_WORKFLOW, document.name());
  }

  private void follow(WorkflowDocument document, BootstrapClient client) {
    entityManager
        .createNativeQuery(
            "insert into client_role (client_id, role) select client_id,"
                + " cast(:role as varchar(64))"
                + OF_WORKFLOW
                + " and name = :name")
        .setParameter("role", client.role())
        .setParameter("workflow", document.name())
        .setParameter("name", client.name())
        .executeUpdate();
    entityManager
        .createNativeQuery(
            "update client set authentication = :methods, aat_bearer = :bearer,"
                + " return_pin = :pin, version = version + 1 where workflow = :workflow"
                + " and name = :name and master_id is not null and status = 'active'")
        .setParameter("methods", joined(client.authenticationMethods()))
        .setParameter("bearer", client.bearerAat())
        .setParameter("pin", document.bootstrap().returnPin())
        .setParameter("workflow", document.name())
        .setParameter("name", client.name())
        .executeUpdate();
  }

  private static String joined(List<String> methods) {
    return methods.stream().sorted().collect(Collectors.joining(" "));
  }
}
