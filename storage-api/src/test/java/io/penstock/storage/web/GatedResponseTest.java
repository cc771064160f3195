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
    gated.getOutputStream().write(new byte[] {2, 3});
    gated.flushBuffer();
    gated.finish();

    assertThat(wire.getContentAsByteArray()).isEmpty();
    assertThat(wire.isCommitted()).isFalse();
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
