package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WrkTest {
  private static final String PRINTED =
      """
      Running 20s test @ http://127.0.0.1:8080/v2/storage/tokens/verify
        1 threads and 32 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency     4.70ms    3.78ms  62.75ms   92.99%
          Req/Sec     7.49k     2.03k   11.63k    65.50%
        Latency Distribution
           50%  730.00us
           75%    5.00ms
           90%    9.00ms
           99%    1.02s
        149000 requests in 20.00s, 300.12MB read
      Requests/sec:   7450.00
      """;

  @Test
  void figuresAreWhatWrkPrints() {
    assertThat(Wrk.round(PRINTED)).isEqualTo(new CallRound(149_000, 20, 7_450, 0.73, 1_020));
  }

  @Test
  void anAnswerOtherThanExpectedEndsTheRound() {
    assertThatThrownBy(() -> Wrk.round(PRINTED + "  Non-2xx or 3xx responses: 1\n"))
        .isInstanceOf(Expected.VerificationFailure.class)
        .hasMessageContaining("responses: 1");
    assertThatThrownBy(
            () -> Wrk.round(PRINTED + "  Socket errors: connect 0, read 3, write 0, timeout 0\n"))
        .isInstanceOf(Expected.VerificationFailure.class);
  }

  @Test
  void whatIsNoOutputOfWrkIsNoRound() {
    assertThatThrownBy(() -> Wrk.round("unable to connect"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unable to connect");
  }
}
