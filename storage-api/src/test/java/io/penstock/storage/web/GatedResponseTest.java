package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class GatedResponseTest {
  private final MockHttpServletResponse wire = new MockHttpServletResponse();

  @Test
  void nothingLeavesWhenThePassageFails() throws IOException {
    GatedResponse gated =
        new GatedResponse(
            wire,
            _ -> {
              throw new IllegalStateException("not recorded");
            });

    assertThatThrownBy(() -> gated.getOutputStream().write(1)).hasMessage("not recorded");
    assertThatThrownBy(() -> gated.getOutputStream().write(new byte[] {2, 3}))
        .isInstanceOf(GatedResponse.RefusedException.class);
    gated.flushBuffer();
    gated.finish();

    assertThat(wire.getContentAsByteArray()).isEmpty();
    assertThat(wire.isCommitted()).isFalse();
  }

  @Test
  void whatGoesOnAfterARefusalIsBrokenOffAndTheRefusalStays() throws IOException {
    GatedResponse gated =
        new GatedResponse(
            wire,
            _ -> {
              wire.setStatus(503);
              wire.getOutputStream().write(7);
              return false;
            });

    gated.getOutputStream().write(new byte[] {1});
    gated.getOutputStream().flush();
    assertThatThrownBy(() -> gated.getOutputStream().write(new byte[] {2, 3}))
        .isInstanceOf(GatedResponse.RefusedException.class);

    assertThat(gated.isRefused()).isTrue();
    assertThat(gated.isCommitted()).as("no handler answers again").isTrue();
    assertThat(gated.bytes()).isZero();
    assertThat(wire.getContentAsByteArray()).containsExactly(7);
  }

  @Test
  void passageIsAskedOnce() throws IOException {
    GatedResponse gated = new GatedResponse(wire, status -> status == 200);

    gated.getOutputStream().write(1);
    gated.setStatus(500);
    gated.getOutputStream().write(2);
    gated.finish();

    assertThat(wire.getContentAsByteArray()).containsExactly(1, 2);
  }
}
