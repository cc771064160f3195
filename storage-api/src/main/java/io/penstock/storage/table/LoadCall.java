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
import org.jspecify.annotations.Nullable;

/**
 * What a call asks to be loaded, and the data that it may bring along: the part {@code data} of a
 * form, which is read once and as it comes in, or the text {@code dataString}. Belongs to one call.
 */
final class LoadCall {
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

  /** A call that may bring {@code dataString}. */
  static LoadCall of(Params params) {
    return new LoadCall(null, null, params.has("dataString"), params);
  }

  /** Reads the form up to its data. */
  static LoadCall of(StreamedForm form) {
    FilePart part = form.nextFile();
    if (part != null && !part.field().equals("data")) {
      throw new PlatformException(
          ErrorCode.TABLE_VALIDATION, "The form's file has to be called data");
    }
    Params params = form.params();
    return new LoadCall(form, part, part == null && params.has("dataString"), params);
  }

  /** Data that came with the call. */
  record Brought(String fileName, InputStream body) {}

  /** Bytes of the whole body; -1 when they are not announced. */
  long announcedBytes() {
    return form == null ? -1 : form.announcedBytes();
  }

  boolean bringsData() {
    return part != null || text;
  }

  Brought data() {
    if (part != null) {
      return new Brought(part.fileName(), part.body());
    }
    String text = Objects.requireNonNull(params.text("dataString"));
    return new Brought("data.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The data is read: what stands behind it in the form counts, too.
   *
   * @param sha256 of the data, which tells a repeated call from another one
   */
  void read(String sha256) {
    if (form != null && part != null) {
      if (form.nextFile() != null) {
        throw new PlatformException(ErrorCode.TABLE_VALIDATION, "data: one file a call");
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
