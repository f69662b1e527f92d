/**
 * Keys that live in a hardware security module, or in what stands for one, and what the
 * authorization server does with them: sign and seal.
 *
 * <p>{@link org.heliogate.hsm.TokenKeys} is the way in. It heals a lost session by logging in again
 * once, and says clearly when the token is gone; there is no path to a software key. Where the keys
 * come from is a {@link org.heliogate.hsm.KeyStoreSource}: the application server's Elytron
 * key-store, a PKCS#11 token or, for evaluation, a PKCS#12 file. Bouncy Castle is passed as a
 * provider instance and never registered in the virtual machine.
 */
@NullMarked
package org.heliogate.hsm;

import org.jspecify.annotations.NullMarked;
