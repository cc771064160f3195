package io.penstock.storage.web;

import io.penstock.aws.form.MalformedFormException;
import io.penstock.aws.form.MultipartForm;
import io.penstock.aws.form.MultipartForm.Part;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@link Params} of a request, the parser chosen by media type alone; bodies are bounded. */
final class ParamsReader {
  /** JSON and form bodies; configurations may have 4 MB each, encoded. */
  static final int MAX_BODY = 8 * 1024 * 1024;

  /** What anybody may call needs next to no parameters, and nobody is told who fills the memory. */
  private static final int MAX_ANONYMOUS_BODY = 64 * 1024;

  /** Not of the files of a form, which are read as they come. */
  private static final Duration LONGEST = Duration.ofMinutes(2);

  static final String MULTIPART = "multipart/form-data";
  static final String ENCODED = "application/x-www-form-urlencoded";

  /** Of a multipart form. */
  private static final int MAX_PARTS = 20_000;

  /** Far below what Jackson reads: what is recorded of it is wrapped some levels deeper. */
  private static final int MAX_DEPTH = 100;

  /** Of JSON: as objects, {@code [[],[],…]} takes twenty times the room that it has as text. */
  private static final long MAX_TOKENS = 1_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxTokenCount(MAX_TOKENS)
                          .build())
                  .build())
          .build();

  private ParamsReader() {}

  static Params read(HttpServletRequest request) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>(form(request.getQueryString()));
    String type = mediaType(request.getContentType());
    boolean json = false;
    switch (type) {
      case "application/json" -> {
        json = true;
        values.putAll(json(body(request)));
      }
      case MULTIPART -> values.putAll(multipart(request));
      case ENCODED -> values.putAll(form(text(body(request))));
      default -> {
        byte[] body = body(request);
        if (body.length > 0) {
          throw new PlatformException(
              ErrorCode.MALFORMED_REQUEST,
              "The body's Content-Type must be application/json, application/x-www-form-urlencoded"
                  + " or multipart/form-data");
        }
      }
    }
    requireStorable(values);
    return new Params(values, json);
  }

  static void requireStorable(Map<String, Object> values) {
    values.forEach(
        (name, value) -> {
          StorableText.require(name, name);
          StorableText.require(name, value);
        });
  }

  static String mediaType(@Nullable String contentType) {
    if (contentType == null) {
      return "";
    }
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.trim().toLowerCase(Locale.ROOT);
  }

  private static byte[] body(HttpServletRequest request) throws IOException {
    return bytes(request, requireShort(request));
  }

  /** The most bytes that the caller's body may have; refuses one that is announced as longer. */
  private static int requireShort(HttpServletRequest request) {
    int most = Call.isPresent() && Call.current().isAnonymous() ? MAX_ANONYMOUS_BODY : MAX_BODY;
    if (request.getContentLengthLong() > most) {
      throw tooLarge();
    }
    return most;
  }

  private static byte[] bytes(HttpServletRequest request, int most) {
    try {
      InputStream body = new Bounded(request, most);
      int first = body.read(); // most calls have none: no buffer is made for them
      if (first < 0) {
        return new byte[0];
      }
      PushbackInputStream whole = new PushbackInputStream(body);
      whole.unread(first);
      return whole.readAllBytes();
    } catch (IOException e) {
      throw new PlatformException(
          ErrorCode.MALFORMED_REQUEST, "The body could not be read to its end", e);
    }
  }

  /**
   * A value that a caller sent as JSON.
   *
   * @throws JacksonException when it is none, or nested too deep
   */
  static Object parsed(String text) {
    return JSON.readValue(text, Object.class);
  }

  private static Map<String, Object> json(byte[] body) {
    String text = text(body);
    if (text.isBlank()) {
      return Map.of();
    }
    Object parsed;
    try {
      parsed = parsed(text);
    } catch (StreamConstraintsException e) {
      throw new PlatformException(
          ErrorCode.MALFORMED_REQUEST,
          "The body's JSON has a number or text that is too long, more than "
              + MAX_TOKENS
              + " tokens, or is nested more than "
              + MAX_DEPTH
              + " deep",
          e);
    } catch (JacksonException e) {
      throw new PlatformException(ErrorCode.MALFORMED_REQUEST, "The body is not valid JSON", e);
    }
    return switch (parsed) {
      case null -> Map.of();
      case Map<?, ?> map -> {
        Map<String, Object> copied = new LinkedHashMap<>();
        map.forEach((key, value) -> copied.put(String.valueOf(key), value));
        yield copied;
      }
      case List<?> list when list.isEmpty() -> Map.of();
      default ->
          throw new PlatformException(
              ErrorCode.MALFORMED_REQUEST, "The body must be a JSON object");
    };
  }

  static Map<String, Object> form(@Nullable String encoded) {
    if (encoded == null || encoded.isEmpty()) {
      return Map.of();
    }
    BracketFields fields = new BracketFields();
    int from = 0;
    while (from < encoded.length()) { // one after the other: they are counted before they are held
      int to = encoded.indexOf('&', from);
      String pair = encoded.substring(from, to < 0 ? encoded.length() : to);
      from += pair.length() + 1;
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        fields.add(
            decode(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return fields.result();
  }

  private static String decode(String encoded) {
    String decoded;
    try {
      decoded = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new PlatformException(
          ErrorCode.MALFORMED_REQUEST, "A form field is not percent-encoded correctly", e);
    }
    if (decoded.indexOf('\uFFFD') >= 0 && !encoded.contains("%EF%BF%BD")) {
      throw new PlatformException(ErrorCode.MALFORMED_REQUEST, "A form field is not valid UTF-8");
    }
    return decoded;
  }

  /** The fields; files are for those handlers that read them as they come, {@link StreamedForm}. */
  private static Map<String, Object> multipart(HttpServletRequest request) {
    int most = requireShort(request);
    BracketFields fields = new BracketFields();
    try {
      PushbackInputStream body = new PushbackInputStream(new Bounded(request, most));
      int first = body.read();
      if (first < 0) {
        return Map.of();
      }
      body.unread(first);
      MultipartForm form = MultipartForm.of(request.getContentType(), body);
      int parts = 0;
      for (Part part = form.next(); part != null; part = form.next()) {
        if (++parts > MAX_PARTS) {
          throw new MalformedFormException("More than " + MAX_PARTS + " parts");
        }
        if (part.fileName() == null) {
          fields.add(part.name(), text(part.body().readAllBytes()));
        }
      }
    } catch (IOException e) {
      throw new PlatformException(
          ErrorCode.MALFORMED_REQUEST, "The body is no whole multipart form", e);
    }
    return fields.result();
  }

  /**
   * A body that has too many bytes, or takes too long, is refused where they are read; one that is
   * not small waits for room.
   */
  private static final class Bounded extends FilterInputStream {
    private final int most;
    private final long announced;
    private final long begun = System.nanoTime();
    private long bytes;
    private boolean hasRoom;

    Bounded(HttpServletRequest request, int most) throws IOException {
      super(request.getInputStream());
      this.most = most;
      this.announced = request.getContentLengthLong();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = in.read(target, offset, length);
      bytes += Math.max(0, count);
      if (bytes > most) {
        throw tooLarge();
      }
      if (System.nanoTime() - begun > LONGEST.toNanos()) {
        throw new PlatformException(
            ErrorCode.MALFORMED_REQUEST,
            "The body took longer than %d s to arrive; send less at once"
                .formatted(LONGEST.toSeconds()));
      }
      if (bytes > BodyRoom.SMALL && !hasRoom) {
        BodyRoom.take(announced < 0 ? most : announced);
        hasRoom = true;
      }
      return count;
    }
  }

  static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new PlatformException(ErrorCode.MALFORMED_REQUEST, "The body is not valid UTF-8", e);
    }
  }

  private static PlatformException tooLarge() {
    return new PlatformException(
        ErrorCode.REQUEST_TOO_LARGE, "The body may have %d bytes at most".formatted(MAX_BODY));
  }
}
