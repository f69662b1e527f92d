/** Tokens, permissions and introspection, side by side with a peer under the same load. */
@NullMarked
package org.heliogate.bench.tokens;

import org.jspecify.annotations.NullMarked;
