package io.penstock.storage.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code GET tables/{id}/export}. */
class DirectExportIT {
  private static final Gateway GATEWAY = Gateway.get();
  private static final Client MASTER = GATEWAY.master();
  private static ProjectDatabase database;
  private static String small = "";
  private static String large = "";
  private static String huge = "";

  @BeforeAll
  static void tables() throws SQLException {
    String bucket = MASTER.newBucket();
    small = "tables/" + bucket + ".small/export";
    large = "tables/" + bucket + ".large/export";
    huge = "tables/" + bucket + ".huge/export";
    database = ProjectDatabase.of(GATEWAY);
    database.table(
        bucket,
        "small",
        3,
        "VALUES ('1', E'say \"hi\"\\t\\\\', now()), ('2', '', now() - interval '3 days'), ('3',"
            + " E'two\\n"
            + "lines', now())");
    database.table(
        bucket,
        "large",
        200_000,
        "SELECT i::text, repeat('x', 200), now() FROM generate_series(1, 200000) i");
    database.table(
        bucket, "huge", 250_001, "SELECT i::text, 'x', now() FROM generate_series(1, 250001) i");
  }

  private static String exported(String address) {
    Client.Answer answer = MASTER.get(address);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  @Test
  void parametersThatNoJobCouldShowAreRefused() {
    Map<String, Object> junk =
        Map.of("column", "id", "values", List.of("1"), "junk", "x".repeat(300_000));
    Map<String, Object> asked = Map.of("whereFilters", List.of(junk));

    MASTER
        .post(small.replace("/export", "/export-async"), asked)
        .assertRefused(400, "requestTooLarge");
    MASTER
        .delete(small.replace("/export", "/rows"), "application/json", Json.write(asked))
        .assertRefused(400, "requestTooLarge");
  }

  @Test
  void everyFormHasItsHeader() {
    Client.Answer rfc = MASTER.get(small + "?orderBy[0][column]=id");
    assertThat(rfc.response().headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/csv");
    assertThat(rfc.body())
        .isEqualTo(
            "\"id\",\"name\"\n\"1\",\"say \"\"hi\"\"\t\\\"\n\"2\",\"\"\n\"3\",\"two\nlines\"\n");
    assertThat(exported(small + "?format=raw&limit=1"))
        .isEqualTo("id\tname\n1\tsay \"hi\"\\t\\\\\n");
    String escaped = "\"id\",\"name\"\n\"1\",\"say \\\"hi\\\"\t\\\\\"\n";
    assertThat(exported(small + "?format=escaped&limit=1")).isEqualTo(escaped);
    assertThat(exported(small + "?escape=1&limit=1")).isEqualTo(escaped);
    assertThat(exported(small + "?format=json&columns=id&limit=1")).isEqualTo("{\"id\":\"1\"}\n");
  }

  /** With one, all rows would be held back in memory. */
  @Test
  void streamHasNoEntityTagHoweverItsAddressIsWritten() {
    for (String address :
        new String[] {small, small.replace("export", "e%78port"), small + ";a=b"}) {
      Client.Answer answer = MASTER.get(address);
      assertThat(answer.status()).as(address).isEqualTo(200);
      assertThat(answer.response().headers().firstValue("ETag")).as(address).isEmpty();
    }
  }

  @Test
  void filtersAreThoseOfEveryExport() {
    assertThat(exported(small + "?columns=id&days=1&orderBy[0][column]=id&orderBy[0][order]=DESC"))
        .isEqualTo("\"id\"\n\"3\"\n\"1\"\n");
    assertThat(exported(small + "?columns=id&whereColumn=name&whereValues[]="))
        .isEqualTo("\"id\"\n\"2\"\n");
    assertThat(exported(small + "?columns=id&limit=1&includeInternalTimestamp=1").lines().toList())
        .satisfiesExactly(
            header -> assertThat(header).isEqualTo("\"id\",\"_timestamp\""),
            row -> assertThat(row).startsWith("\"1\",\"20"));
    assertThat(exported(small + "?changedUntil=1970-01-01")).isEqualTo("\"id\",\"name\"\n");
  }

  @Test
  void whatCannotBeExportedIsRefusedBeforeTheFirstByte() {
    MASTER.get(small + "?columns=nope").assertRefused(400, "storage.tables.columnNotExists");
    MASTER.get(small + "?format=xml").assertRefused(400, "storage.tables.validation.invalidFormat");
    MASTER.get(small + "?fileType=parquet").assertRefused(501, "notImplemented");
    MASTER.get(small + "?gzip=1").assertRefused(400, "storage.tables.validation");
    MASTER.get(small + "?fulltextSearch=x").assertRefused(400, "storage.tables.validation");
    MASTER
        .get(small + "?whereColumn=id&whereValues[]=%00")
        .assertRefused(400, "storage.validation");
    GATEWAY.limited().get(small).assertRefused(403, "accessDenied");
  }

  @Test
  void tooManyRowsAreRefusedOnlyWhereTheyAreAskedFor() {
    MASTER.get(huge).assertRefused(400, "storage.tables.validation");
    MASTER.get(huge + "?limit=250001").assertRefused(400, "storage.tables.validation");
    assertThat(exported(huge + "?limit=2").lines()).hasSize(3);
    assertThat(exported(huge + "?whereColumn=id&whereValues[]=77").lines()).hasSize(2);
  }

  @Test
  void callerWhoGoesAwayFreesEverything() throws IOException, SQLException {
    for (int i = 0; i < 6; i++) {
      leaveInTheMiddle();
    }

    assertThat(exported(large).lines().count()).isEqualTo(200_001);
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (database.sessions("penstock-export") > 0 || brokenOff() < 6) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
    assertThat(endsOf("CALL_ENDED", "\"complete\":true")).isPositive();
  }

  private static void leaveInTheMiddle() throws IOException {
    URI gateway = URI.create(MASTER.address());
    try (Socket socket = new Socket(gateway.getHost(), gateway.getPort())) {
      socket.setReceiveBufferSize(4096);
      socket
          .getOutputStream()
          .write(
              "GET /v2/storage/%s HTTP/1.1\r\nHost: x\r\nX-StorageApi-Token: %s\r\n\r\n"
                  .formatted(large, MASTER.token())
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      assertThat(new String(in.readNBytes(15), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 200 \r\n");
      assertThat(in.readNBytes(10_000)).hasSize(10_000);
      socket.setSoLinger(true, 0);
    }
  }

  private static long brokenOff() {
    return endsOf("CALL_ENDED", "\"complete\":false");
  }

  private static long endsOf(String kind, String text) {
    return GATEWAY
        .jdbc()
        .sql(
            "SELECT count(*) FROM outbox_record WHERE body::jsonb ->> 'kind' = :kind AND body LIKE"
                + " '%' || :text || '%'")
        .param("kind", kind)
        .param("text", text)
        .query(Long.class)
        .single();
  }
}
