package io.penstock.storage.web;

import io.penstock.aws.form.MultipartForm;
import io.penstock.aws.form.MultipartForm.Part;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A form whose files are read as they come in: nothing of them is kept, in memory or on disk. Some
 * of its fields may be read like files, also where the form is no multipart one. A body that is
 * malformed or breaks off is the caller's failure. Not thread-safe.
 */
public final class StreamedForm {
  private static final int MOST_FIELD_BYTES = 1024 * 1024;

  private final Parts form;
  private final Set<String> texts;
  private final Map<String, Object> query;
  private final BracketFields fields = new BracketFields();
  private final long announced;
  private int fieldBytes;

  /** Where the form's parts come from, one after the other. */
  private interface Parts {
    @Nullable Part next() throws IOException;
  }

  private StreamedForm(Parts form, Set<String> texts, Map<String, Object> query, long announced) {
    this.form = form;
    this.texts = texts;
    this.query = query;
    this.announced = announced;
  }

  /** A multipart form. */
  public static StreamedForm of(HttpServletRequest request) {
    return multipart(request, Set.of());
  }

  /**
   * A form of either kind.
   *
   * @param texts fields that are read like files, whether or not they come with a file name
   */
  public static StreamedForm of(HttpServletRequest request, Set<String> texts) {
    return ParamsReader.mediaType(request.getContentType()).equals(ParamsReader.MULTIPART)
        ? multipart(request, texts)
        : encoded(request, texts);
  }

  /** Whether the body is a form of either kind. */
  public static boolean isOne(HttpServletRequest request) {
    String type = ParamsReader.mediaType(request.getContentType());
    return type.equals(ParamsReader.MULTIPART) || type.equals(ParamsReader.ENCODED);
  }

  private static StreamedForm multipart(HttpServletRequest request, Set<String> texts) {
    try {
      MultipartForm form = MultipartForm.of(request.getContentType(), request.getInputStream());
      return new StreamedForm(
          form::next,
          texts,
          ParamsReader.form(request.getQueryString()),
          request.getContentLengthLong());
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Up to three bytes of such a body stand for one. */
  private static StreamedForm encoded(HttpServletRequest request, Set<String> texts) {
    try {
      EncodedForm form = new EncodedForm(request.getInputStream());
      return new StreamedForm(
          form::next,
          texts,
          ParamsReader.form(request.getQueryString()),
          request.getContentLengthLong() / 3);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * A file in the form, or a field that is read like one.
   *
   * @param field what the form calls it
   * @param fileName empty: not said
   * @param contentType empty: not said
   * @param body throws {@link PlatformException} where it breaks off
   */
  public record FilePart(String field, String fileName, String contentType, InputStream body) {}

  /** So many bytes the form has at least, as far as they are announced. */
  public long announcedBytes() {
    return announced;
  }

  /** Reads the fields up to the next file; null when there is none up to the form's end. */
  public @Nullable FilePart nextFile() {
    try {
      for (Part part = form.next(); part != null; part = form.next()) {
        String fileName = part.fileName();
        if (fileName != null || texts.contains(part.name())) {
          String type = part.contentType();
          return new FilePart(
              part.name(),
              fileName == null ? "" : fileName,
              type == null ? "" : type,
              new Unbroken(part.body()));
        }
        byte[] value = part.body().readNBytes(MOST_FIELD_BYTES + 1);
        fieldBytes += value.length + part.name().length();
        if (fieldBytes > MOST_FIELD_BYTES) {
          throw new PlatformException(
              ErrorCode.REQUEST_TOO_LARGE,
              "The form's fields may have %d bytes at most".formatted(MOST_FIELD_BYTES));
        }
        fields.add(part.name(), ParamsReader.text(value));
      }
      return null;
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** What has been read so far, and came in the query; kept for the call's record. */
  public Params params() {
    Map<String, Object> values = new LinkedHashMap<>(query);
    values.putAll(fields.result());
    ParamsReader.requireStorable(values);
    Call.current().sent(MaskedValues.bounded(values));
    return new Params(values, false);
  }

  /**
   * Says which file the form brought, once it has been read whole: under one {@code
   * Idempotency-Key} another file is another request.
   *
   * @param sha256 of the file's bytes, in hex
   */
  public void brought(String sha256) {
    Map<String, Object> asked = new LinkedHashMap<>(query);
    asked.putAll(fields.result());
    asked.put("data", sha256);
    Call.current().cameWith(IdempotencyKeys.ofRequest(asked).orElse(null));
  }

  private static PlatformException broken(IOException cause) {
    return new PlatformException(
        ErrorCode.MALFORMED_REQUEST, "The body is no whole form: " + cause.getMessage(), cause);
  }

  /** What goes wrong here is between the caller and us. */
  private static final class Unbroken extends FilterInputStream {
    Unbroken(InputStream body) {
      super(body);
    }

    @Override
    public int read() {
      try {
        return in.read();
      } catch (IOException e) {
        throw broken(e);
      }
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      try {
        return in.read(target, offset, length);
      } catch (IOException e) {
        throw broken(e);
      }
    }
  }
}
