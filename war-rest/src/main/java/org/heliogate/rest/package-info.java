/**
 * The HTTP interface: parses, authenticates, calls a service, writes the answer; decides nothing.
 */
@NullMarked
package org.heliogate.rest;

import org.jspecify.annotations.NullMarked;
