package io.penstock.uploader;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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
final class PlayedObjects implements PlayedStore {
  static final String BUCKET = "kbc-files";
  static final String SESSION = "session-of-one-file";
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-");

  final Set<String> openUploads = new ConcurrentSkipListSet<>();
  final Set<String> abortedUploads = new ConcurrentSkipListSet<>();
  final AtomicInteger partsOnTheirWay = new AtomicInteger();
  final AtomicInteger mostPartsOnTheirWay = new AtomicInteger();
  final Map<String, Integer> breakOffAfter = new ConcurrentHashMap<>();
  volatile String expiration = "2130-01-02T21:00:00+00:00";
  private final Path folder;

  PlayedObjects(Path folder) {
    this.folder = folder;
  }

  @Override
  public String bucket() {
    return BUCKET;
  }

  @Override
  public Map<String, String> credentials(String key) {
    return Map.of(
        "AccessKeyId",
        "ASIAPLAYED",
        "SecretAccessKey",
        "secret-of-one-file",
        "SessionToken",
        SESSION,
        "Expiration",
        expiration);
  }

  @Override
  public boolean has(String key) {
    return Files.exists(file(key));
  }

  @Override
  public InputStream open(String key) throws IOException {
    return Files.newInputStream(file(key));
  }

  /** The store loses an upload with its parts. */
  void forget(String upload) {
    openUploads.remove(upload);
  }

  /** Other bytes of the same length come to lie in a part. */
  void spoil(String upload, int part) throws IOException {
    Path file = folder.resolve(upload + "." + part);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
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
    if (!upload.isEmpty() && !openUploads.contains(upload)) {
      refuse(call, 404, "NoSuchUpload", "no such upload");
      return;
    }
    Path target = upload.isEmpty() ? file(key) : folder.resolve(upload + "." + part);
    int now = upload.isEmpty() ? 0 : partsOnTheirWay.incrementAndGet();
    mostPartsOnTheirWay.accumulateAndGet(now, Math::max);
    // As in a real store: what breaks off on its way never was there.
    Path arriving = Files.createTempFile(folder, "arriving", "");
    try (OutputStream out = Files.newOutputStream(arriving)) {
      call.body().transferTo(out);
    }
    Files.move(arriving, target, StandardCopyOption.REPLACE_EXISTING);
    if (!upload.isEmpty()) {
      partsOnTheirWay.decrementAndGet();
    }
    call.exchange().getResponseHeaders().set("ETag", "\"" + md5(target) + "\"");
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
    if (!openUploads.contains(call.parameter("uploadId"))) {
      refuse(call, 404, "NoSuchUpload", "no such upload");
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

  private void listParts(PlayedExchange call) throws IOException {
    String upload = call.parameter("uploadId");
    if (!openUploads.contains(upload)) {
      refuse(call, 404, "NoSuchUpload", "no such upload");
      return;
    }
    var xml = new StringBuilder("<ListPartsResult><IsTruncated>false</IsTruncated>");
    for (Map.Entry<String, Long> part : parts(upload).entrySet()) {
      xml.append(
          "<Part><PartNumber>%s</PartNumber><ETag>&quot;%s&quot;</ETag><Size>%d</Size></Part>"
              .formatted(
                  part.getKey().substring(upload.length() + 1),
                  md5(folder.resolve(part.getKey())),
                  part.getValue()));
    }
    call.answer(200, "application/xml", xml + "</ListPartsResult>");
  }

  private static String md5(Path file) throws IOException {
    return HexFormat.of().formatHex(PartSums.digest("MD5").digest(Files.readAllBytes(file)));
  }

  private void get(PlayedExchange call, String key) throws IOException {
    if (call.query().contains("uploadId=")) {
      listParts(call);
      return;
    }
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

  /** Parts that a finished or aborted upload has left, by name and size. */
  SortedMap<String, Long> parts(String upload) throws IOException {
    SortedMap<String, Long> found = new TreeMap<>();
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
