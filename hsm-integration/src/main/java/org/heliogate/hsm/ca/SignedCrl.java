package org.heliogate.hsm.ca;

import java.math.BigInteger;
import java.time.Instant;

/**
 * A full CRL as it was signed.
 *
 * @param issuerSki the issuer's subject key identifier, lower-case hex
 * @param number the CRL number, which rises with each CRL of an issuer
 * @param thisUpdate when it was signed, whole seconds
 * @param nextUpdate by when the next one is out, whole seconds
 * @param der the CRL
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on as it is; nobody compares CRLs by value.
public record SignedCrl(
    String issuerSki, BigInteger number, Instant thisUpdate, Instant nextUpdate, byte[] der) {}
