package org.heliogate.rest.wire;

import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.CharacterCodingException;
import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;

/**
 * Refuses a body that the framework cannot decode: half a percent-escape in a form, a character set
 * that there is not. The framework takes these for faults of the server.
 */
@Provider
public class UnreadableBodyInterceptor implements ReaderInterceptor {

  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    try {
      return context.proceed();
    } catch (IllegalArgumentException | UnsupportedEncodingException | CharacterCodingException e) {
      // Its message may hold a part of the body.
      throw new RequestException(
          ErrorCode.INVALID_REQUEST, "the body cannot be decoded as its media type says");
    }
  }
}
