package org.heliogate.rest.wire;

import jakarta.enterprise.context.RequestScoped;
import java.util.Optional;
import org.heliogate.authz.token.Caller;
import org.jspecify.annotations.Nullable;

/** Who makes the present request, as far as a token proves it. */
@RequestScoped
public class CallerContext {

  private @Nullable Caller caller;

  /** The caller, empty for a request without a token. */
  public Optional<Caller> caller() {
    return Optional.ofNullable(caller);
  }

  /** The caller of a {@link Secured} endpoint. */
  public Caller required() {
    if (caller == null) {
      throw new IllegalStateException("the endpoint is not secured");
    }
    return caller;
  }

  /** The client id of the caller of a {@link Secured} endpoint. */
  public String actor() {
    return required().client().clientId();
  }

  void set(Caller caller) {
    this.caller = caller;
  }
}
