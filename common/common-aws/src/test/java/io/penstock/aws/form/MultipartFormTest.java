package io.penstock.aws.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.aws.form.MultipartForm.Part;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartFormTest {
  private static final String TYPE = "multipart/form-data; boundary=\"b-1\"";

  private static String part(String head, String body) {
    return "--b-1\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + body + "\r\n";
  }

  private static MultipartForm form(String body) throws IOException {
    return MultipartForm.of(TYPE, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<String> read(MultipartForm form) throws IOException {
    List<String> read = new ArrayList<>();
    for (Part part = form.next(); part != null; part = form.next()) {
      String body = new String(part.body().readAllBytes(), StandardCharsets.UTF_8);
      read.add(part.name() + "|" + part.fileName() + "|" + body);
    }
    return read;
  }

  @Test
  void partsComeInTheirOrder() throws IOException {
    String body =
        "preamble\r\n"
            + part("name=\"a\"", "")
            + part(
                "name=b; filename=\"x \\\"1\\\".csv\"\r\nContent-Type: text/csv", "1\r\n2\r\n--b")
            + part("filename*=utf-8''%C3%BC%2B.csv; filename=\"u.csv\"; name=\"c\"", "ü")
            + "--b-1-- \r\nepilogue";

    assertThat(read(form(body)))
        .containsExactly("a|null|", "b|x \"1\".csv|1\r\n2\r\n--b", "c|ü+.csv|ü");
  }

  @Test
  void partThatWasNotReadIsPassedOver() throws IOException {
    MultipartForm form =
        form(part("name=a", "x".repeat(300_000)) + part("name=b", "y") + "--b-1--");
    form.next();

    assertThat(read(form)).containsExactly("b|null|y");
    assertThat(form.next()).isNull();
  }

  /** Ends of lines and beginnings of delimiters everywhere, read in pieces of any size. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void bytesAreKeptWhateverTheyLookLike(int seed) throws IOException {
    Random random = new Random(seed);
    byte[] alphabet = "\r\n--b-1x".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream made = new ByteArrayOutputStream();
    while (made.size() < 200_000) {
      made.write(alphabet[random.nextInt(alphabet.length)]);
    }
    String body = made.toString(StandardCharsets.UTF_8).replace("\r\n--b-1", "\r\n--b_1");
    byte[] all = (part("name=f; filename=f", body) + "--b-1--").getBytes(StandardCharsets.UTF_8);
    InputStream slow =
        new ByteArrayInputStream(all) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1 + random.nextInt(40)));
          }
        };
    Part part = Objects.requireNonNull(MultipartForm.of(TYPE, slow).next());

    assertThat(Arrays.equals(part.body().readAllBytes(), body.getBytes(StandardCharsets.UTF_8)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--b-1",
        "--b-1\r\n",
        "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nbody",
        "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nbody\r\n--b-",
        "--b-1\r\nContent-Disposition: form-data; name=a\r\n\r\nbody\r\n--b-1x",
        "--b-1\r\nContent-Disposition: form-data\r\n\r\nbody\r\n--b-1--",
        "--b-1\r\nContent-Type: text/csv\r\n\r\nbody\r\n--b-1--",
        "--b-1\r\nContent-Disposition: attachment; name=a\r\n\r\nbody\r\n--b-1--"
      })
  void damagedFormIsRefused(String body) {
    assertThatExceptionOfType(MalformedFormException.class).isThrownBy(() -> read(form(body)));
  }

  @Test
  void headIsBounded() {
    String body = part("name=\"" + "n".repeat(10_000) + "\"", "x") + "--b-1--";

    assertThatExceptionOfType(MalformedFormException.class).isThrownBy(() -> read(form(body)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/csv",
        "multipart/form-data",
        "multipart/mixed; boundary=b",
        "multipart/form-data; boundary="
      })
  void onlyFormsWithABoundaryAreRead(String type) {
    assertThatExceptionOfType(MalformedFormException.class)
        .isThrownBy(() -> MultipartForm.of(type, InputStream.nullInputStream()));
  }
}
