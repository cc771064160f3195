package io.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class QueueTextTest {
  @Test
  void shortTextTravelsAsItIs() {
    assertThat(QueueText.pack("{\"a\":1}")).isEqualTo("{\"a\":1}");
    assertThat(QueueText.unpack("{\"a\":1}")).isEqualTo("{\"a\":1}");
  }

  @Test
  void longTextIsPackedAndComesBack() {
    String text = "příliš žluťoučký kůň ".repeat(50_000);

    String body = QueueText.pack(text);

    assertThat(body.length()).isLessThan(QueueText.LIMIT);
    assertThat(QueueText.unpack(body)).isEqualTo(text);
  }

  @Test
  void whatUnpacksToTooMuchOrNotAtAllIsRefused() {
    String bomb = QueueText.pack("0".repeat((64 << 20) + 1));

    assertThatIllegalArgumentException().isThrownBy(() -> QueueText.unpack(bomb));
    assertThatIllegalArgumentException().isThrownBy(() -> QueueText.unpack("gzip:AAAA"));
    assertThatIllegalArgumentException().isThrownBy(() -> QueueText.unpack("gzip:*"));
  }
}
