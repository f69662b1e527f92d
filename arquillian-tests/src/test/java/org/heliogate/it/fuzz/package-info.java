/** Hostile requests to a running instance, all endpoints of it. */
package org.heliogate.it.fuzz;
