package org.heliogate.authz.projection;

/**
 * Word that a resource server has something new to enforce; observed after the transaction.
 *
 * @param resourceServer which one
 */
public record ProjectionRaised(String resourceServer) {}
