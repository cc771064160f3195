package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The S3 half of the played server: one bucket of files in a folder, addressed by path, with
 * multipart uploads.
 */
final class PlayedObjects {
  static final String BUCKET = "kbc-files";
  static final String SESSION = "session-of-one-file";
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-");

  final Set<String> openUploads = new ConcurrentSkipListSet<>();
  final Set<String> abortedUploads = new ConcurrentSkipListSet<>();
  final AtomicInteger partsOnTheirWay = new AtomicInteger();
  final AtomicInteger mostPartsOnTheirWay = new AtomicInteger();
  final Map<String, Integer> breakOffAfter = new ConcurrentHashMap<>();
  private final Path folder;

  PlayedObjects(Path folder) {
    this.folder = folder;
  }

  Path file(String key) {
    return folder.resolve(key.replace('/', '_'));
  }

  void handle(PlayedExchange call) throws IOException {
    String key = call.exchange().getRequestURI().getPath().substring(BUCKET.length() + 2);
    if (!call.header("x-amz-security-token").equals(SESSION)
        || !call.header("Authorization").startsWith("AWS4-HMAC-SHA256 Credential=ASIAPLAYED/")) {
      refuse(call, 403, "AccessDenied", "not these credentials");
      return;
    }
    switch (call.exchange().getRequestMethod()) {
      case "PUT" -> put(call, key);
      case "POST" -> post(call, key);
      case "DELETE" -> abort(call);
      case "GET" -> get(call, key);
      default -> refuse(call, 405, "MethodNotAllowed", "no such method");
    }
  }

  void refuse(PlayedExchange call, int status, String code, String message) throws IOException {
    call.answer(
        status,
        "application/xml",
        "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, message));
  }

  private void put(PlayedExchange call, String key) throws IOException {
    String upload = call.parameter("uploadId");
    String part = call.parameter("partNumber");
    Path target = upload.isEmpty() ? file(key) : folder.resolve(upload + "." + part);
    int now = upload.isEmpty() ? 0 : partsOnTheirWay.incrementAndGet();
    mostPartsOnTheirWay.accumulateAndGet(now, Math::max);
    try (OutputStream out = Files.newOutputStream(target)) {
      call.body().transferTo(out);
    }
    if (!upload.isEmpty()) {
      partsOnTheirWay.decrementAndGet();
    }
    call.exchange().getResponseHeaders().set("ETag", "\"etag-" + part + "\"");
    call.answer(200, "application/xml", "");
  }

  private void post(PlayedExchange call, String key) throws IOException {
    if (call.query().startsWith("uploads")) {
      String upload = "upload-" + (openUploads.size() + abortedUploads.size() + 1);
      openUploads.add(upload);
      call.answer(
          200,
          "application/xml",
          "<InitiateMultipartUploadResult><UploadId>%s</UploadId></InitiateMultipartUploadResult>"
              .formatted(upload));
      return;
    }
    complete(call.parameter("uploadId"), call.text(), file(key));
    call.answer(
        200,
        "application/xml",
        "<CompleteMultipartUploadResult><Key>%s</Key></CompleteMultipartUploadResult>"
            .formatted(key));
  }

  /** Joins the parts that the request lists, in its order. */
  private void complete(String upload, String request, Path target) throws IOException {
    try (OutputStream out = Files.newOutputStream(target)) {
      Matcher part = Pattern.compile("<PartNumber>([0-9]+)</PartNumber>").matcher(request);
      while (part.find()) {
        Files.copy(folder.resolve(upload + "." + part.group(1)), out);
      }
    }
    openUploads.remove(upload);
  }

  private void abort(PlayedExchange call) throws IOException {
    openUploads.remove(call.parameter("uploadId"));
    abortedUploads.add(call.parameter("uploadId"));
    call.answer(204, "application/xml", "");
  }

  private void get(PlayedExchange call, String key) throws IOException {
    if (!Files.exists(file(key))) {
      refuse(call, 404, "NoSuchKey", "no such object");
      return;
    }
    byte[] content = Files.readAllBytes(file(key));
    Matcher range = RANGE.matcher(call.header("Range"));
    int from = range.matches() ? Integer.parseInt(range.group(1)) : 0;
    call.exchange().getResponseHeaders().set("ETag", "\"version-1\"");
    if (from > 0 && !call.header("If-Match").equals("\"version-1\"")) {
      refuse(call, 412, "PreconditionFailed", "another version");
      return;
    }
    Integer breakAt = breakOffAfter.remove(key);
    call.exchange().sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
    call.exchange()
        .getResponseBody()
        .write(content, from, breakAt == null ? content.length - from : breakAt);
    call.exchange().close();
  }

  /**
   * Lines of an object, as a worker would count rows: enough for files without quoted line ends.
   */
  long lines(String key) throws IOException {
    try (Stream<String> lines = Files.lines(file(key), UTF_8)) {
      return lines.count();
    }
  }

  /** Parts that a finished or aborted upload has left, by name and size. */
  Map<String, Long> parts(String upload) throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(upload + ".")) {
          found.put(name, Files.size(file));
        }
      }
    }
    return found;
  }
}
