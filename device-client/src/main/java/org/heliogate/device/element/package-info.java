/**
 * The secure element (D3.4.2 §4): master identity, one-time passwords and application keys.
 *
 * <p>{@link org.heliogate.device.element.SecureElement} is the contract; a pair of PKCS#11 tokens
 * and a pair of PKCS#12 files implement it.
 */
@NullMarked
package org.heliogate.device.element;

import org.jspecify.annotations.NullMarked;
