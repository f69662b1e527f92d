/**
 * The names that are used everywhere: of resources, devices, workflows and scopes (HTTP contract,
 * "Names").
 *
 * <p>A name is checked where it enters and again where it is made from a template; nothing further
 * in has to check it. The rules know no kind of resource server: what only one kind refuses is
 * refused by its adapter.
 */
@NullMarked
package org.heliogate.authz.resource;

import org.jspecify.annotations.NullMarked;
