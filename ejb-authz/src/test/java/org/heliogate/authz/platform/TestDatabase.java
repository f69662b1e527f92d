package org.heliogate.authz.platform;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.hibernate.SessionFactory;
import org.hibernate.boot.model.naming.CamelCaseToUnderscoresNamingStrategy;
import org.hibernate.cfg.Configuration;

/** An H2 database in memory with the product's migrations and all its entities. */
public final class TestDatabase implements AutoCloseable {

  private static final List<Class<?>> ENTITIES = entities();

  private final SessionFactory factory;
  private final String url;
  private final AtomicLong statements;
  private final Set<String> texts;

  private TestDatabase(
      SessionFactory factory, String url, AtomicLong statements, Set<String> texts) {
    this.factory = factory;
    this.url = url;
    this.statements = statements;
    this.texts = texts;
  }

  /** A fresh database; Hibernate checks that every entity fits the migrated schema. */
  public static TestDatabase create() {
    return at("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  }

  /** A database that outlives the process, as durable as the product's own. */
  public static TestDatabase inFile(Path file) {
    return at("jdbc:h2:file:" + file.toAbsolutePath() + ";WRITE_DELAY=0");
  }

  private static TestDatabase at(String url) {
    Flyway.configure()
        .dataSource(url, "sa", "")
        .locations("classpath:db/migration")
        .load()
        .migrate();
    Configuration configuration =
        new Configuration()
            .setProperty("hibernate.connection.url", url)
            .setProperty("hibernate.connection.username", "sa")
            .setProperty("hibernate.connection.password", "")
            .setProperty("hibernate.connection.pool_size", "20")
            .setProperty("hibernate.hbm2ddl.auto", "validate")
            .setProperty("hibernate.jpa.compliance.query", "true")
            .setProperty("hibernate.timezone.default_storage", "NORMALIZE_UTC");
    configuration.setPhysicalNamingStrategy(new CamelCaseToUnderscoresNamingStrategy());
    ENTITIES.forEach(configuration::addAnnotatedClass);
    AtomicLong statements = new AtomicLong();
    Set<String> texts = ConcurrentHashMap.newKeySet();
    configuration.setStatementInspector(
        sql -> {
          statements.incrementAndGet();
          texts.add(sql);
          return sql;
        });
    return new TestDatabase(configuration.buildSessionFactory(), url, statements, texts);
  }

  private static List<Class<?>> entities() {
    List<Class<?>> found = new ArrayList<>();
    new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.heliogate.authz")
            .stream()
            .filter(type -> type.isAnnotatedWith(Entity.class))
            .forEach(type -> found.add(type.reflect()));
    return found;
  }

  /** Runs work in one transaction and gives its result. */
  public <T> T inTransaction(Function<EntityManager, T> work) {
    return factory.fromTransaction(work::apply);
  }

  /** Runs work in one transaction. */
  public void runInTransaction(Consumer<EntityManager> work) {
    factory.inTransaction(work::accept);
  }

  /** How many statements were prepared until now. */
  public long statements() {
    return statements.get();
  }

  /** Closes it, unless a statement went through a table that grows with the fleet. */
  @Override
  public void close() {
    try {
      QueryPlans.check(url, texts);
    } finally {
      factory.close();
    }
  }
}
