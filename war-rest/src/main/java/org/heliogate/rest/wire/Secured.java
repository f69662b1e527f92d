package org.heliogate.rest.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that an endpoint needs a token (RFC 6750) with one of these scopes. On a class it holds for
 * all methods that do not say otherwise.
 */
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Secured {

  /** The scopes, any of which suffices. */
  String[] value();
}
