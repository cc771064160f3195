package io.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class QueueTextTest {
  @Test
  void whatNoQueueTakesIsEscapedAndMeansTheSame() {
    Map<String, String> message =
        Map.of(
            "\uffff", "\u0000\u0001\u001f\t\u007f\u0085\ud7ff\ue000\ufffd\ufffe\uffff😀 \ud83d!");

    String body = QueueText.of(message);

    assertThat(body.codePoints())
        .allMatch(
            c ->
                c == 0x9
                    || c == 0xA
                    || c == 0xD
                    || (c >= 0x20 && c <= 0xD7FF)
                    || (c >= 0xE000 && c <= 0xFFFD)
                    || (c >= 0x10000 && c <= 0x10FFFF));
    assertThat(body).contains("😀");
    assertThat(Json.read(body, Object.class)).isEqualTo(message);
    assertThat(QueueText.escaped("[\"\\\\\uffff\"]")).isEqualTo("[\"\\\\\\uffff\"]");
  }

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
