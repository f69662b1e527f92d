package org.heliogate.rest.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import org.heliogate.authz.error.ErrorCode;
import org.heliogate.authz.error.RequestException;
import org.heliogate.authz.uma.ExpiredTicketException;
import org.junit.jupiter.api.Test;

class RptRefusalTest {

  @Test
  void ofWhenTicketHasExpiredThenToldFromOneThatNeverWas() {
    assertThat(RptRefusal.of(new ExpiredTicketException()))
        .contains(new RptRefusal(400, "expired_ticket"));
    assertThat(RptRefusal.of(new RequestException(ErrorCode.INVALID_GRANT, "x")))
        .contains(new RptRefusal(400, "invalid_ticket"));
  }

  @Test
  void ofWhenThereIsNoRightThenNotAuthorized() {
    assertThat(RptRefusal.of(new RequestException(ErrorCode.REQUEST_DENIED, "x")))
        .contains(new RptRefusal(403, "not_authorized"));
  }

  @Test
  void ofWhenItIsNotAboutTheTicketThenNone() {
    assertThat(RptRefusal.of(new RequestException(ErrorCode.INVALID_REQUEST, "x"))).isEmpty();
  }
}
