package org.heliogate.authz.ocsp;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.heliogate.authz.audit.AuditTally;
import org.heliogate.authz.ca.Authorities;
import org.heliogate.authz.ca.CaFixture;
import org.heliogate.authz.ca.CertificateStanding;
import org.heliogate.authz.ca.CertificateStandings;
import org.heliogate.authz.platform.ChangeNotice;
import org.heliogate.authz.platform.ChangeNotices;
import org.heliogate.authz.platform.Observers;
import org.heliogate.authz.platform.OwnPairs;
import org.heliogate.authz.platform.TestEvent;
import org.heliogate.authz.platform.TestSealer;
import org.heliogate.hsm.TokenKeyPairs;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.jspecify.annotations.Nullable;

/** The responder of one node over the database of a {@link CaFixture}. */
final class OcspNode {

  final OcspService service;
  final ResponderRenewal renewal;
  final Responders responders;
  final Store store;
  final AuditTally tally;
  private final CaFixture ca;
  private final Observers observers;

  /** The names of the pairs that there are. */
  final Set<String> pairs = new HashSet<>();

  int looks;

  OcspNode(CaFixture ca) {
    this(ca, ca.authorities);
  }

  /** A node that knows other CAs than those of the fixture. */
  OcspNode(CaFixture ca, Authorities authorities) {
    this.ca = ca;
    ResponderKeys keys =
        new ResponderKeys(ca.keys, new TokenKeyPairs(ca.keys, ca.clock), new TestSealer()) {
          @Override
          public OwnPairs.Made make(String id) {
            pairs.add(id);
            return super.make(id);
          }

          @Override
          public void destroy(String id) {
            super.destroy(id);
            pairs.remove(id);
          }
        };
    store = new Store();
    responders = new Responders(store, keys, ca.clock);
    renewal =
        new ResponderRenewal(
            authorities,
            ca.responderCertificates(),
            store,
            keys,
            responders,
            new SecureRandom(),
            ca.clock);
    tally = new AuditTally(ca.audit, ca.clock);
    service =
        new OcspService(
            ca.authorities,
            new CertificateStandings(ca.entityManager) {
              @Override
              public java.util.Map<String, CertificateStanding> find(
                  java.util.Collection<String> serials) {
                looks++;
                return ca.in(() -> super.find(serials));
              }
            },
            responders,
            tally,
            ca.clock);
    observers = new Observers(service, responders);
  }

  void hear(ChangeNotice.Kind kind, String subject) {
    observers.hear(new ChangeNotice(kind, subject));
  }

  byte[] request(CertificateIssuer authority, byte @Nullable [] nonce, String... serials)
      throws Exception {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    for (String serial : serials) {
      builder.addRequest(
          new CertificateID(
              new JcaDigestCalculatorProviderBuilder()
                  .build()
                  .get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
              new X509CertificateHolder(authority.certificate().getEncoded()),
              new BigInteger(serial, 16)));
    }
    if (nonce != null) {
      builder.setRequestExtensions(
          new Extensions(
              new Extension(
                  OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                  false,
                  new DEROctetString(nonce).getEncoded())));
    }
    return builder.build().getEncoded();
  }

  OcspReply ask(String... serials) throws Exception {
    return service.answer(request(ca.authorities.issuing(), null, serials), "192.0.2.1");
  }

  OcspReply askWithNonce(String serial) throws Exception {
    return service.answer(request(ca.authorities.issuing(), new byte[] {7}, serial), "192.0.2.1");
  }

  static int status(OcspReply reply) throws Exception {
    return new OCSPResp(reply.der()).getStatus();
  }

  static BasicOCSPResp basic(OcspReply reply) throws Exception {
    return (BasicOCSPResp) new OCSPResp(reply.der()).getResponseObject();
  }

  /** Runs each method in a transaction, as the container does. */
  final class Store extends ResponderStore {
    final TestEvent<ChangeNotice> events;

    Store() {
      this(new TestEvent<>());
    }

    private Store(TestEvent<ChangeNotice> events) {
      super(ca.entityManager, new ChangeNotices(ca.entityManager, ca.clock, events), ca.clock);
      this.events = events;
    }

    private <T> T in(Supplier<T> work) {
      return ca.in(work);
    }

    @Override
    public List<StoredResponder> load() {
      return in(super::load);
    }

    @Override
    public List<String> supersededBefore(java.time.Instant moment) {
      return in(() -> super.supersededBefore(moment));
    }

    @Override
    public long lastNumber(String issuerSki) {
      return in(() -> super.lastNumber(issuerSki));
    }

    @Override
    public void announce(String id, String issuerSki, long number) {
      ca.run(() -> super.announce(id, issuerSki, number));
    }

    @Override
    public boolean announced(String issuerSki) {
      return in(() -> super.announced(issuerSki));
    }

    @Override
    public boolean complete(String id, @Nullable String sealed, String serial) {
      return in(() -> super.complete(id, sealed, serial));
    }

    @Override
    public void remove(String id) {
      ca.run(() -> super.remove(id));
    }

    @Override
    public boolean knows(String id) {
      return in(() -> super.knows(id));
    }
  }

  static Optional<String> reasonOf(OcspReply reply) throws Exception {
    Object status = basic(reply).getResponses()[0].getCertStatus();
    return status instanceof org.bouncycastle.cert.ocsp.RevokedStatus revoked
        ? Optional.of(revoked.hasRevocationReason() ? "" + revoked.getRevocationReason() : "-")
        : Optional.empty();
  }
}
