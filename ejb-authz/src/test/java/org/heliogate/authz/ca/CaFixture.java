package org.heliogate.authz.ca;

import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import jakarta.persistence.EntityManager;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.heliogate.authz.audit.AuditTrail;
import org.heliogate.authz.client.ClientKind;
import org.heliogate.authz.client.jpa.ClientEntity;
import org.heliogate.authz.platform.Settings;
import org.heliogate.authz.platform.TestDatabase;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.hsm.Pkcs12KeyStoreSource;
import org.heliogate.hsm.TokenKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.CertificationRequest;
import org.heliogate.hsm.ca.PkiLocations;
import org.heliogate.hsm.ca.PreparedCertificate;
import org.heliogate.hsm.ca.SignedCrl;
import org.heliogate.hsm.ca.TbsSigner;
import org.jspecify.annotations.Nullable;

/** The CA's services over a database in memory and keys in a file, with transactions as CDI's. */
public final class CaFixture implements AutoCloseable {

  static final String USERNAME = "hg-abcdefghijklmnopqrstuvwxyz";
  private static final String PASSWORD = "test-password";

  private static final ExecutorService COMMITTERS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "committer");
            thread.setDaemon(true);
            return thread;
          });

  private static final Instant START = Instant.parse("2026-11-01T12:00:00Z");

  final TestDatabase database;
  public final Settable clock;
  final List<CertificateRevoked> events = new ArrayList<>();
  final TestEvent<CertificateReleased> released = new TestEvent<>();
  public final TokenKeys keys;
  public final Settings settings;
  public final Authorities authorities;
  public final EntityManager entityManager;
  public final AuditTrail audit;
  final IssuanceLedger ledger;
  final CrlLedger crlLedger;
  public final CertificateService service;
  final CrlPublisher publisher;

  private final ThreadLocal<@Nullable EntityManager> current = new ThreadLocal<>();

  /** With keys in that directory, and perhaps something to import. */
  public CaFixture(Path directory, @Nullable Path importFile) throws Exception {
    this(directory, importFile, new Settable(START));
  }

  private CaFixture(Path directory, @Nullable Path importFile, Settable clock) throws Exception {
    this(TestDatabase.create(), clock, newKeys(directory.resolve("keys.p12"), clock), importFile);
  }

  CaFixture(TestDatabase database, Settable clock, TokenKeys keys, @Nullable Path importFile) {
    this.database = database;
    this.clock = clock;
    this.keys = keys;
    settings =
        new Settings(
            "https://localhost:8443",
            "http://localhost:8080/pki",
            "keys",
            Optional.empty(),
            Optional.ofNullable(importFile),
            Optional.empty(),
            Set.of());
    authorities = new Authorities(keys, settings, clock);
    entityManager =
        (EntityManager)
            Proxy.newProxyInstance(
                EntityManager.class.getClassLoader(),
                new Class<?>[] {EntityManager.class},
                (proxy, method, arguments) -> {
                  EntityManager actual = current.get();
                  if (actual == null) {
                    throw new IllegalStateException("no transaction");
                  }
                  try {
                    return method.invoke(actual, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    audit = new AuditTrail(entityManager, clock);
    ledger = new Ledger();
    crlLedger = new Crls();
    service = serviceWith(authorities, ledger);
    publisher = new CrlPublisher(authorities, crlLedger, Runnable::run, clock);
    register("c-1", USERNAME);
  }

  /** Makes a client, unless the database has it from before. */
  public void register(String clientId, String username) {
    run(
        () -> {
          if (entityManager.find(ClientEntity.class, clientId) == null) {
            entityManager.persist(
                new ClientEntity(clientId, username, "publisher", ClientKind.values()[0], START));
          }
        });
  }

  CertificateService serviceWith(Authorities authorities, IssuanceLedger ledger) {
    return new CertificateService(
        authorities,
        new ShortLivedProfiles(""),
        ledger,
        new IssuanceGroups(ledger, COMMITTERS),
        entityManager,
        audit,
        new Events(),
        clock);
  }

  /** Issuance with these profiles, delimited by spaces, in their short-lived form. */
  public CertificateService serviceWithShortLived(String profiles) {
    return new CertificateService(
        authorities,
        new ShortLivedProfiles(profiles),
        ledger,
        new IssuanceGroups(ledger, COMMITTERS),
        entityManager,
        audit,
        new Events(),
        clock);
  }

  /** Holds of these certificates. */
  public CertificateHolds holds() {
    return new CertificateHolds(entityManager, audit, new Events(), released, clock);
  }

  /** Issuance to responders, with a transaction around each step. */
  public ResponderCertificates responderCertificates() {
    return new ResponderCertificates(
        new ResponderLedger(entityManager, audit, clock) {
          @Override
          public void intend(PreparedCertificate prepared, String publicKeySha256) {
            run(() -> super.intend(prepared, publicKeySha256));
          }

          @Override
          public boolean complete(String serial, byte[] der) {
            return in(() -> super.complete(serial, der));
          }
        },
        ledger);
  }

  /** The certificates of the database. */
  public CertificateInventory inventory() {
    return new CertificateInventory(authorities, entityManager, clock);
  }

  /** Does something in a transaction. */
  public <T> T in(Supplier<T> work) {
    return database.inTransaction(
        actual -> {
          EntityManager outer = current.get();
          current.set(actual);
          try {
            return work.get();
          } finally {
            current.set(outer);
          }
        });
  }

  /** Does something in a transaction. */
  public void run(Runnable work) {
    in(
        () -> {
          work.run();
          return true;
        });
  }

  CertificateRecord record(String serial) {
    return in(() -> inventory().find(serial)).orElseThrow();
  }

  List<CertificateRecord> all() {
    return in(() -> inventory().page(CertificateFilter.ALL, Long.MAX_VALUE, 1000));
  }

  @Override
  public void close() {
    database.close();
  }

  /** An order for that pair. */
  public static CertificateOrder order(KeyPair pair) throws Exception {
    return order("c-1", USERNAME, csr(USERNAME, pair));
  }

  /** What a client that has sent this request is to be certified for. */
  static CertificateOrder order(String clientId, String username, byte[] csr) throws Exception {
    return order(clientId, username, csr, START);
  }

  static CertificateOrder order(String clientId, String username, byte[] csr, Instant tokensFrom)
      throws Exception {
    return new CertificateOrder(
        clientId,
        "SE-1",
        tokensFrom,
        username,
        CertificateProfile.DEVICE_CLIENT,
        null,
        CertificationRequest.parse(csr, username));
  }

  /** A request for that name, DER. */
  public static byte[] csr(String username, KeyPair pair) throws Exception {
    return new JcaPKCS10CertificationRequestBuilder(
            new X500Name("CN=" + username), pair.getPublic())
        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
        .getEncoded();
  }

  /** A P-256 pair. */
  public static KeyPair newKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** Two CAs in a file that was made before. */
  static TokenKeys keysIn(Path file, Clock clock) {
    return new TokenKeys(new Pkcs12KeyStoreSource(file, PASSWORD::toCharArray), clock);
  }

  /** Two new CAs in a file. */
  static TokenKeys newKeys(Path file, Clock clock) throws Exception {
    PkiLocations locations = new PkiLocations(URI.create("http://localhost:8080/pki"), false);
    KeyPair rootKey = newKey();
    KeyPair issuingKey = newKey();
    X509Certificate root =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("Root", "Grid"),
            rootKey.getPublic(),
            signer(rootKey),
            locations,
            clock);
    CertificateIssuer rootCa = new CertificateIssuer(root, signer(rootKey), locations, clock);
    X509Certificate issuing =
        rootCa.sign(
            rootCa.prepare(
                CertificateProfile.ISSUING_CA,
                CertificateHolder.authority("Issuing", "Grid"),
                issuingKey.getPublic()));
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    keyStore.load(null, null);
    char[] password = PASSWORD.toCharArray();
    keyStore.setKeyEntry("root", rootKey.getPrivate(), password, new Certificate[] {root});
    keyStore.setKeyEntry(
        "issuing", issuingKey.getPrivate(), password, new Certificate[] {issuing, root});
    try (OutputStream out = Files.newOutputStream(file)) {
      keyStore.store(out, password);
    }
    return keysIn(file, clock);
  }

  private static TbsSigner signer(KeyPair pair) {
    return tbs -> {
      try {
        Signature signature = Signature.getInstance(TbsSigner.ALGORITHM);
        signature.initSign(pair.getPrivate());
        signature.update(tbs);
        return signature.sign();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  /** A clock that a test moves. */
  public static final class Settable extends Clock {
    private volatile Instant now;

    Settable(Instant now) {
      this.now = now;
    }

    /** Moves it. */
    public void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Runs each method in a transaction of its own, as the container does. */
  class Ledger extends IssuanceLedger {
    Ledger() {
      super(authorities, entityManager, audit, new Events(), clock);
    }

    @Override
    public List<IssuanceOutcome> take(List<IssuanceStep> steps) {
      return in(() -> super.take(steps));
    }

    @Override
    public Set<String> compromised(Set<String> publicKeys) {
      return current.get() == null
          ? in(() -> super.compromised(publicKeys))
          : super.compromised(publicKeys);
    }

    @Override
    public void abandon(String serial) {
      run(() -> super.abandon(serial));
    }

    @Override
    public int abandonOlderThan(Duration age) {
      return in(() -> super.abandonOlderThan(age));
    }
  }

  /** Runs each method in a transaction of its own, as the container does. */
  class Crls extends CrlLedger {
    Crls() {
      super(entityManager, audit, clock);
    }

    @Override
    public Map<String, Published> published() {
      return in(super::published);
    }

    @Override
    public Set<String> due(Set<String> issuers, Set<String> withDelta) {
      return in(() -> super.due(issuers, withDelta));
    }

    @Override
    public void introduce(String issuerSki) {
      run(() -> super.introduce(issuerSki));
    }

    @Override
    public Optional<CrlDraft> claim(String issuerSki, long known) {
      return in(() -> super.claim(issuerSki, known));
    }

    @Override
    public boolean publish(
        CrlDraft draft, SignedCrl full, Optional<SignedCrl> delta, Instant nextWhole, int entries) {
      return in(() -> super.publish(draft, full, delta, nextWhole, entries));
    }

    @Override
    public void giveBack(CrlDraft draft) {
      run(() -> super.giveBack(draft));
    }

    @Override
    public Optional<PublishedCrl> readDelta(String issuerSki) {
      return in(() -> super.readDelta(issuerSki));
    }

    @Override
    public Optional<PublishedCrl> read(String issuerSki) {
      return in(() -> super.read(issuerSki));
    }
  }

  /** Keeps what was fired. */
  private final class Events implements Event<CertificateRevoked> {
    @Override
    public void fire(CertificateRevoked event) {
      events.add(event);
    }

    @Override
    public <U extends CertificateRevoked> CompletionStage<U> fireAsync(U event) {
      throw new AssertionError("not asynchronous");
    }

    @Override
    public <U extends CertificateRevoked> CompletionStage<U> fireAsync(
        U event, NotificationOptions options) {
      throw new AssertionError("not asynchronous");
    }

    @Override
    public Event<CertificateRevoked> select(Annotation... qualifiers) {
      return this;
    }

    @Override
    public <U extends CertificateRevoked> Event<U> select(
        Class<U> subtype, Annotation... qualifiers) {
      throw new AssertionError("not narrowed");
    }

    @Override
    public <U extends CertificateRevoked> Event<U> select(
        TypeLiteral<U> subtype, Annotation... qualifiers) {
      throw new AssertionError("not narrowed");
    }
  }
}
