package org.heliogate.device.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.heliogate.device.failure.BrokerRefusedException;
import org.heliogate.device.failure.BrokerUnreachableException;
import org.heliogate.device.failure.ConfigurationException;
import org.heliogate.device.failure.DeviceException;
import org.heliogate.device.failure.RequestPendingException;
import org.heliogate.device.failure.RequestRefusedException;
import org.heliogate.device.failure.SecureElementException;
import org.heliogate.device.failure.ServerUnreachableException;

/** How failures look from outside: exit codes, text and JSON. */
final class Failures {

  static final int UNEXPECTED = 1;
  static final int TIME_OVER = 10;

  private static final ObjectMapper JSON = new ObjectMapper();

  private Failures() {}

  static int exitCode(Throwable failure) {
    if (failure instanceof ConfigurationException) {
      return 3;
    } else if (failure instanceof SecureElementException) {
      return 4;
    } else if (failure instanceof ServerUnreachableException) {
      return 5;
    } else if (failure instanceof RequestRefusedException) {
      return 6;
    } else if (failure instanceof RequestPendingException) {
      return 7;
    } else if (failure instanceof BrokerRefusedException) {
      return 8;
    } else if (failure instanceof BrokerUnreachableException) {
      return 9;
    }
    return UNEXPECTED;
  }

  static String text(DeviceException failure) {
    return "wams: " + failure.getMessage() + System.lineSeparator() + "  " + failure.remedy();
  }

  static ObjectNode json(Throwable failure) {
    ObjectNode json = JSON.createObjectNode();
    json.put("type", failure.getClass().getSimpleName());
    json.put("message", String.valueOf(failure.getMessage()));
    if (failure instanceof DeviceException known) {
      json.put("remedy", known.remedy());
    }
    if (failure instanceof RequestRefusedException refused) {
      json.put("error", refused.error());
      json.put("status", refused.status());
    }
    if (failure instanceof BrokerRefusedException refused) {
      json.put("reason_code", refused.reasonCode());
    }
    json.put("exit_code", exitCode(failure));
    return json;
  }
}
