package org.heliogate.hsm.ocsp;

import java.io.IOException;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.ocsp.OCSPResponseStatus;

/** A response that says no more than why there is no other; it costs no signature. */
public enum OcspFailure {
  /** The request cannot be understood. */
  MALFORMED_REQUEST(OCSPResponseStatus.MALFORMED_REQUEST),
  /** The responder cannot answer now. */
  TRY_LATER(OCSPResponseStatus.TRY_LATER),
  /** The responder cannot speak for that CA (RFC 5019 §2.2.3). */
  UNAUTHORIZED(OCSPResponseStatus.UNAUTHORIZED);

  private final byte[] der;

  OcspFailure(int status) {
    try {
      this.der = new OCSPResponse(new OCSPResponseStatus(status), null).getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("a response status can be encoded", e);
    }
  }

  /** The response in DER. */
  public byte[] der() {
    return der.clone();
  }
}
