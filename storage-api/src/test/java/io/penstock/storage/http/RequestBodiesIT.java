package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.penstock.storage.http.Client.Answer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every endpoint makes of a body and a query, whatever it does with them (chapter 1.3). */
class RequestBodiesIT {
  private static final Gateway GATEWAY = Gateway.get();

  private final Client master = GATEWAY.master();

  @Test
  void malformedBodiesAreRefusedWhereNothingIsReadOfThem() {
    Client other = GATEWAY.limited();
    byte[] latin = {'a', '=', (byte) 0xe9};
    for (String path : List.of("tickets", "tokens/" + other.tokenId() + "/refresh")) {
      master.post(path, "application/json", text("{\"a\":")).assertRefused(400, "malformedRequest");
      master.post(path, "application/json", latin).assertRefused(400, "malformedRequest");
      master
          .post(path, "application/x-www-form-urlencoded", latin)
          .assertRefused(400, "malformedRequest");
      master
          .post(path, "multipart/form-data; boundary=b", text("nonsense"))
          .assertRefused(400, "malformedRequest");
    }
    String token = "tokens/" + other.tokenId();
    master.delete(token, "application/json", "{").assertRefused(400, "malformedRequest");

    other.get("tokens/verify").json(200);
    master.post("tickets", "application/json", new byte[0]).json(201);
    master.post("tickets", "application/x-www-form-urlencoded", text("a=b")).json(201);
    other.with("").post("tickets", "application/json", text("{")).json(401);
    assertThat(master.delete(token).status()).isEqualTo(204);
  }

  @Test
  void componentsAreToldToBeMissingWithoutATokenToo() {
    Client nobody = master.with("");

    nobody.get("components/keboola.ex-db").assertRefused(501, "notImplemented");
    master.get("components/keboola.ex-db").assertRefused(501, "notImplemented");
    assertThat(nobody.get("components").status()).isEqualTo(401);
    assertThat(nobody.get("components/a/configs").status()).isEqualTo(401);
    assertThat(master.with("1-2-x").get("components/keboola.ex-db").status()).isEqualTo(401);
  }

  /** Three of 8 MB have all the room of a project; they send a little of it and then nothing. */
  @Test
  void largeBodiesOfAProjectLeaveRoomForOthersAndForSmallOnes() throws IOException {
    Client other = Tenant.in(GATEWAY, 1).master();
    byte[] large = text("{\"displayName\":\"a\",\"more\":\"" + "x".repeat(300_000) + "\"}");
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        slow.add(begunBody());
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  master.post("webalize/display-name", "application/json", large).status() == 503);

      master.post("webalize/display-name", Map.of("displayName", "b")).json(200);
      other.post("webalize/display-name", "application/json", large).json(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }

    await()
        .until(
            () -> master.post("webalize/display-name", "application/json", large).status() == 200);
  }

  private Socket begunBody() throws IOException {
    URI address = URI.create(master.address());
    Socket socket = new Socket(address.getHost(), address.getPort());
    String head =
        """
        POST /v2/storage/webalize/display-name HTTP/1.1
        Host: storage.test
        X-StorageApi-Token: %s
        Content-Type: application/json
        Content-Length: %d

        {"displayName":"\
        """
            .formatted(master.token(), 8 << 20)
            .replace("\n", "\r\n");
    socket.getOutputStream().write(text(head + "x".repeat(100_000)));
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void listsMayBeTextsWithCommas() {
    assertThat(
            master
                .post("webalize/column-names", Map.of("columnNames", "a b,c d"))
                .json(200)
                .path("columnNames")
                .toString())
        .isEqualTo("[\"a_b\",\"c_d\"]");
    assertThat(master.post("validate/column-names", Map.of("columnNames", "a,b")).status())
        .isEqualTo(204);
    master
        .post("files/prepare", Map.of("name", "x", "tags", "a,b"))
        .assertRefused(400, "storage.validation");
  }

  @Test
  void lastOfRepeatedValuesCounts() {
    assertThat(master.get("jobs?limit=nonsense&limit=1").json(200).size()).isLessThanOrEqualTo(1);
    master.get("jobs?limit=1&limit=nonsense").assertRefused(400, "storage.validation");
  }

  @Test
  void formClearsAMapByAnEmptyItem() {
    String bucket = master.newBucket();
    String token =
        master
            .post("tokens", Map.of("description", "t", "bucketPermissions", Map.of(bucket, "read")))
            .json(201)
            .path("id")
            .asString();

    Answer cleared = master.putForm("tokens/" + token, "bucketPermissions[]=");

    assertThat(cleared.json(200).path("bucketPermissions")).isEmpty();
  }

  private static byte[] text(String body) {
    return body.getBytes(StandardCharsets.UTF_8);
  }
}
