package io.penstock.storage.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Bodies that are malformed below their fields, or whose senders go away: each is its sender's
 * fault, whichever handler reads it.
 */
class BrokenBodyIT {
  private static final String FORM = "multipart/form-data; boundary=b";
  private static final String FIELD =
      "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx\r\n--b--\r\n";
  private static final String OPEN_FIELD =
      "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nx";

  private final Client master = Gateway.get().master();

  /** A request from behind its other headers on: how it announces its body, and the body. */
  private record Broken(String name, String type, String length, String body) {

    static Broken whole(String name, String type, String body) {
      return new Broken(name, type, "Content-Length: " + body.length(), body);
    }

    static Broken chunked(String name, String type, String chunks) {
      return new Broken(name, type, "Transfer-Encoding: chunked", chunks);
    }

    static Broken brokenOff(String name, String type, String body) {
      return new Broken(name, type, "Content-Length: " + (body.length() + 100), body);
    }
  }

  private static List<Broken> broken() {
    List<Broken> all = new ArrayList<>();
    all.add(Broken.brokenOff("form breaks off", FORM, OPEN_FIELD));
    all.add(Broken.brokenOff("form breaks off in a delimiter", FORM, "--b"));
    all.add(Broken.brokenOff("form breaks off at once", FORM, ""));
    all.add(Broken.chunked("chunks break off", FORM, "5\r\n--b\r\n\r\n"));
    all.add(Broken.chunked("no chunk header", FORM, "zz\r\n--b\r\n"));
    all.add(
        Broken.chunked(
            "no second chunk header",
            FORM,
            Integer.toHexString(OPEN_FIELD.length()) + "\r\n" + OPEN_FIELD + "\r\nzz\r\n"));
    all.add(Broken.whole("no form", FORM, "something else"));
    all.add(Broken.whole("no end", FORM, OPEN_FIELD));
    all.add(Broken.whole("no boundary", "multipart/form-data", FIELD));
    all.add(Broken.whole("empty boundary", "multipart/form-data; boundary=", FIELD));
    all.add(Broken.whole("another boundary", "multipart/form-data; boundary=c", FIELD));
    all.add(
        Broken.whole(
            "boundary of thousands", "multipart/form-data; boundary=" + "c".repeat(9_000), FIELD));
    all.add(Broken.whole("head without end", FORM, "--b\r\n" + "a: b\r\n".repeat(5_000)));
    all.add(
        Broken.whole(
            "long head",
            FORM,
            "--b\r\nContent-Disposition: form-data; name=\""
                + "n".repeat(20_000)
                + "\"\r\n\r\nx\r\n--b--\r\n"));
    all.add(Broken.whole("no disposition", FORM, "--b\r\nA: b\r\n\r\nx\r\n--b--\r\n"));
    all.add(
        Broken.whole(
            "no name", FORM, "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"));
    all.add(
        Broken.whole(
            "unknown charset", "multipart/form-data; boundary=b; charset=nonsense", OPEN_FIELD));
    all.add(Broken.whole("too many parts", FORM, parts(20_100)));
    all.add(Broken.brokenOff("JSON breaks off", "application/json", "{\"name\":"));
    all.add(Broken.chunked("JSON without a chunk header", "application/json", "zz\r\n{}"));
    return all;
  }

  private static String parts(int many) {
    return "--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n\r\n".repeat(many)
        + "--b--\r\n";
  }

  @TestFactory
  Stream<DynamicTest> senderIsToldThatItIsHisFault() {
    return Stream.of("buckets", "files", "tables/in.c-none.none/import", "tokens")
        .flatMap(
            path ->
                broken().stream()
                    .map(
                        body ->
                            DynamicTest.dynamicTest(
                                path + ": " + body.name(),
                                () -> assertRefused(sent(path, body, master.token())))));
  }

  @TestFactory
  Stream<DynamicTest> withoutATokenItCountsAsAnyOtherAnonymousCall() {
    return broken().stream()
        .map(
            body ->
                DynamicTest.dynamicTest(
                    body.name(), () -> assertRefused(sent("buckets", body, ""))));
  }

  private static void assertRefused(String answer) {
    assertThat(answer).contains("Content-Type: application/json\r\n");
    assertThat(answer).startsWith("HTTP/1.1 4");
    assertThat(answer).containsIgnoringCase("X-Penstock-Record-Id: ");
    JsonNode envelope =
        Json.mapper().readTree(answer.substring(answer.indexOf('{'), answer.lastIndexOf('}') + 1));
    assertThat(envelope.path("exceptionId").asString()).isNotEmpty();
    assertThat(envelope.path("error").asString()).isNotEmpty();
  }

  /** Sends all there is, and no more: what is announced beyond it does not come. */
  private String sent(String path, Broken broken, String token) throws IOException {
    URI address = URI.create(master.address());
    String head =
        "POST /v2/storage/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: %s\r\n%s\r\n%s\r\n"
            .formatted(
                path,
                broken.type(),
                broken.length(),
                token.isEmpty() ? "" : "X-StorageApi-Token: " + token + "\r\n");
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.getOutputStream().write((head + broken.body()).getBytes(ISO_8859_1));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
