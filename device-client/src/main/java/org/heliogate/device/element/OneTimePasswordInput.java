package org.heliogate.device.element;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The bytes that a {@code client_otp} authenticates, and its text (HTTP contract, Tokens). */
record OneTimePasswordInput(long counter, String clientId) {

  byte[] bytes() {
    byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(Long.BYTES + id.length).putLong(counter).put(id).array();
  }

  String password(byte[] mac) {
    return counter + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
  }
}
