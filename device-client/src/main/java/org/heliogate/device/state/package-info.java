/** What a device keeps on disk: files that survive a power cut, and counters that never repeat. */
@NullMarked
package org.heliogate.device.state;

import org.jspecify.annotations.NullMarked;
