package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.storage.web.StreamedForm.FilePart;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class StreamedFormTest {
  private static final int BYTES = 20 << 20;

  /** More than what a form's other fields, or a body that is held, may have. */
  @Test
  void largeFieldIsReadLikeAFileInFormsOfEitherKind() throws IOException {
    String data = "x".repeat(BYTES);

    assertRead("application/x-www-form-urlencoded", "name=t&data=" + data + "&primaryKey=id");
    assertRead(
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n"
            + data
            + "\r\n--b\r\nContent-Disposition: form-data; name=\"primaryKey\"\r\n\r\nid\r\n--b--\r\n");
  }

  private static void assertRead(String type, String body) throws IOException {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/");
    request.setContentType(type);
    request.setContent(body.getBytes(StandardCharsets.UTF_8));
    StreamedForm form = StreamedForm.of(request, Set.of("data"));

    FilePart part = Objects.requireNonNull(form.nextFile());

    assertThat(part.field()).isEqualTo("data");
    assertThat(part.fileName()).isEmpty();
    assertThat(part.body().transferTo(OutputStream.nullOutputStream())).isEqualTo(BYTES);
    assertThat(form.nextFile()).isNull();
  }
}
