package org.heliogate.rest.est;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.util.ArrayList;
import java.util.List;

/**
 * Names what proves a client to EST in every 401 of it: Basic first, which some EST clients cannot
 * do without, then as fields of their own Bearer and what else was asked for (RFC 9110 §11.6.1).
 * Comes after the filter that adds DPoP.
 *
 * <p>To a request without credentials that is all of the answer: EST clients that ask so whether
 * they need any close it unread, and some take a body that they did not read for a fault.
 */
@Provider
@Priority(Priorities.USER - 100)
public class EstChallengeFilter implements ContainerResponseFilter {

  private static final int UNAUTHORIZED = 401;
  private static final String BASIC = "Basic ";
  private static final String BEARER = "Bearer ";
  private static final String REALM = "realm=\"heliogate\"";

  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    if (response.getStatus() == UNAUTHORIZED
        && request.getUriInfo().getRequestUri().getPath().startsWith(EstResource.PATH + '/')) {
      MultivaluedMap<String, Object> headers = response.getHeaders();
      headers.put(
          HttpHeaders.WWW_AUTHENTICATE,
          challenges(headers.getOrDefault(HttpHeaders.WWW_AUTHENTICATE, List.of())));
      if (request.getHeaderString(HttpHeaders.AUTHORIZATION) == null) {
        response.setEntity(null);
      }
    }
  }

  static List<Object> challenges(List<Object> given) {
    List<Object> challenges = new ArrayList<>();
    challenges.add(BASIC + REALM);
    if (given.stream().noneMatch(one -> one.toString().startsWith(BEARER))) {
      challenges.add(BEARER + REALM);
    }
    given.stream().filter(one -> !one.toString().startsWith(BASIC)).forEach(challenges::add);
    return challenges;
  }
}
