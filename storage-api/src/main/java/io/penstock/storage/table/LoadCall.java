package io.penstock.storage.table;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.StreamedForm;
import io.penstock.storage.web.StreamedForm.FilePart;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a call asks to be loaded, and the data that it may bring along: the part {@code data} or
 * {@code dataString} of a form, which is read once and as it comes in, or one of these names as a
 * text. Belongs to one call.
 */
final class LoadCall {
  /** The names that data may have; a file's is the first one. */
  static final Set<String> DATA = Set.of("data", "dataString");

  private static final String UNNAMED = "data.csv";

  private final @Nullable StreamedForm form;
  private final @Nullable FilePart part;
  private final boolean text;
  private Params params;

  private LoadCall(
      @Nullable StreamedForm form, @Nullable FilePart part, boolean text, Params params) {
    this.form = form;
    this.part = part;
    this.text = text;
    this.params = params;
  }

  /** A call that brings no data, whatever it says. */
  static LoadCall without(Params params) {
    return new LoadCall(null, null, false, params);
  }

  /** A call that may bring its data as a text. */
  static LoadCall of(Params params) {
    return new LoadCall(null, null, hasText(params), params);
  }

  /** Reads the form up to its data. */
  static LoadCall of(StreamedForm form) {
    FilePart part = form.nextFile();
    if (part != null && !DATA.contains(part.field())) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "The form's file has to be called data");
    }
    Params params = form.params();
    return new LoadCall(form, part, part == null && hasText(params), params);
  }

  private static boolean hasText(Params params) {
    return DATA.stream().anyMatch(params::has);
  }

  /** Data that came with the call. */
  record Brought(String fileName, InputStream body) {}

  /** So many bytes come at least, as far as they are announced. */
  long announcedBytes() {
    return form == null ? -1 : form.announcedBytes();
  }

  boolean bringsData() {
    return part != null || text;
  }

  Brought data() {
    if (part != null) {
      return new Brought(part.fileName().isEmpty() ? UNNAMED : part.fileName(), part.body());
    }
    String text =
        Objects.requireNonNull(
            params.has("dataString") ? params.text("dataString") : params.text("data"));
    return new Brought(UNNAMED, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The data is read: what stands behind it in the form counts, too.
   *
   * @param sha256 of the data, which tells a repeated call from another one
   */
  void read(String sha256) {
    if (form != null && part != null) {
      if (form.nextFile() != null) {
        throw new PlatformException(
            ErrorCode.TABLE_VALIDATION,
            "data: a call may bring one file, or one text as data or dataString");
      }
      params = form.params();
    }
    Map<String, Object> known = new LinkedHashMap<>(params.all());
    known.remove("dataString");
    known.put("data", sha256);
    params = new Params(known, params.isJson());
  }

  /** All of them once the data is read. */
  Params params() {
    return params;
  }
}
