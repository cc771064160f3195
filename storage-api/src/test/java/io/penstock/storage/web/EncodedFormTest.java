package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.aws.form.MalformedFormException;
import io.penstock.aws.form.MultipartForm.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedFormTest {

  private static EncodedForm form(String body) {
    return new EncodedForm(new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "&&",
        "a=b",
        "a",
        "a&b=&c",
        "=x&a=1",
        "a=b=c&d%3De=%26+%2B%C5%BE",
        "a[]=1&b%5Bc%5D=%5b%5D&d=e&"
      })
  void fieldsAreThoseOfAFormThatIsHeldInMemory(String body) throws IOException {
    BracketFields fields = new BracketFields();
    EncodedForm form = form(body);
    for (Part part = form.next(); part != null; part = form.next()) {
      fields.add(part.name(), ParamsReader.text(part.body().readAllBytes()));
    }

    assertThat(fields.result()).isEqualTo(ParamsReader.form(body));
  }

  @Test
  void valueThatIsNotReadIsPassedOver() throws IOException {
    EncodedForm form = form("a=" + "x".repeat(200_000) + "&b=c");
    Map<String, Boolean> seen = new LinkedHashMap<>();
    for (Part part = form.next(); part != null; part = form.next()) {
      seen.put(part.name(), part.fileName() == null);
    }

    assertThat(seen).isEqualTo(Map.of("a", true, "b", true));
  }

  @Test
  void valueIsReadInTheMemoryOfOneBuffer() throws IOException {
    long[] handedOut = {0};
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            handedOut[0]++;
            return handedOut[0] == 2 ? '=' : 'a';
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            for (int i = 0; i < length; i++) {
              target[offset + i] = (byte) read();
            }
            return length;
          }
        };
    Part part = Objects.requireNonNull(new EncodedForm(endless).next());

    for (int ignored : Collections.nCopies(1000, 0)) {
      assertThat(part.body().readNBytes(1000)).hasSize(1000);
    }
    assertThat(handedOut[0]).isLessThan(1_200_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%f", "a=%zz", "%4=b", "a=%\u00ff1"})
  void brokenEncodingIsMalformed(String body) {
    assertThatExceptionOfType(MalformedFormException.class)
        .isThrownBy(() -> Objects.requireNonNull(form(body).next()).body().readAllBytes());
  }
}
