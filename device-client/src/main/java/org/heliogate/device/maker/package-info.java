/** The maker of secure elements and its manifest (D3.4.2 §3.1, §4). */
@NullMarked
package org.heliogate.device.maker;

import org.jspecify.annotations.NullMarked;
