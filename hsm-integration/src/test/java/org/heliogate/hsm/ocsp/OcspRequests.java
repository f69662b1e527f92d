package org.heliogate.hsm.ocsp;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.heliogate.hsm.TestKeys;
import org.heliogate.hsm.ca.CertificateHolder;
import org.heliogate.hsm.ca.CertificateIssuer;
import org.heliogate.hsm.ca.CertificateProfile;
import org.heliogate.hsm.ca.PkiLocations;

/** A CA, its responder, and requests as Bouncy Castle makes them. */
final class OcspRequests {

  static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  static final AlgorithmIdentifier SHA1 = new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1);
  static final AlgorithmIdentifier SHA256 =
      new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);

  private static final PkiLocations LOCATIONS =
      new PkiLocations(java.net.URI.create("http://pki.example/pki"), true);

  final X509Certificate authority;
  final OcspResponder responder;
  private final KeyPair authorityKey = TestKeys.newEcKey("secp256r1");
  private final DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();

  OcspRequests() throws Exception {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    authority =
        CertificateIssuer.selfSigned(
            CertificateHolder.authority("CA", "Grid"),
            authorityKey.getPublic(),
            TestKeys.signer(authorityKey),
            LOCATIONS,
            clock);
    KeyPair key = TestKeys.newEcKey("secp256r1");
    CertificateIssuer issuer =
        new CertificateIssuer(authority, TestKeys.signer(authorityKey), LOCATIONS, clock);
    responder =
        new OcspResponder(
            issuer.sign(
                issuer.prepare(
                    CertificateProfile.OCSP_RESPONDER,
                    CertificateHolder.responder("ocsp-1", "Grid"),
                    key.getPublic())),
            TestKeys.signer(key));
  }

  CertificateID id(AlgorithmIdentifier hash, long serial) throws Exception {
    return new CertificateID(
        digests.get(hash),
        new X509CertificateHolder(authority.getEncoded()),
        BigInteger.valueOf(serial));
  }

  byte[] about(AlgorithmIdentifier hash, long... serials) throws Exception {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    for (long serial : serials) {
      builder.addRequest(id(hash, serial));
    }
    return builder.build().getEncoded();
  }

  byte[] withNonce(byte[] nonce) throws Exception {
    return with(nonceExtension(nonce));
  }

  static Extension nonceExtension(byte[] nonce) throws Exception {
    return new Extension(
        OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(nonce).getEncoded());
  }

  byte[] with(Extension extension) throws Exception {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    builder.addRequest(id(SHA1, 77));
    builder.setRequestExtensions(new Extensions(extension));
    return builder.build().getEncoded();
  }

  byte[] withEntryExtension(boolean critical) throws Exception {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    builder.addRequest(
        id(SHA1, 77),
        new Extensions(
            new Extension(new ASN1ObjectIdentifier("1.2.3.4"), critical, new byte[] {5, 0})));
    return builder.build().getEncoded();
  }

  byte[] signed() throws Exception {
    OCSPReqBuilder builder = new OCSPReqBuilder();
    builder.addRequest(id(SHA256, 77));
    builder.setRequestorName(new GeneralName(new X500Name("CN=somebody")));
    return builder
        .build(
            new JcaContentSignerBuilder("SHA256withECDSA").build(authorityKey.getPrivate()),
            List.of(new X509CertificateHolder(authority.getEncoded()))
                .toArray(new X509CertificateHolder[0]))
        .getEncoded();
  }
}
