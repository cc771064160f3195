package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
  private static final TableId USERS = TableId.parse("in.c-main.users");
  private static final String KEY = "exp-15/12/table-exports/in/c-main/users/901.csv";

  private final PlayedServer server;
  private final UploaderClient client;

  ExportTest(@TempDir Path folder) {
    this.server = new PlayedServer(folder);
    this.client =
        UploaderClient.builder(server.uri())
            .token(PlayedServer.TOKEN)
            .objectStore(server.uri())
            .time(new SettableTime(), () -> 1.0)
            .build();
    server.api.addTable(USERS.toString(), List.of("id", "say \"hi\""), List.of("id"));
    server.api.exported = file(true);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Map<String, Object> file(boolean sliced) {
    return Map.of(
        "id",
        901,
        "isSliced",
        sliced,
        "region",
        "eu-central-1",
        "url",
        server.api.presigned(),
        "s3Path",
        Map.of("bucket", PlayedObjects.BUCKET, "key", KEY),
        "credentials",
        server.objects.credentials(""));
  }

  private void slice(String name, String rows) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(rows.getBytes(UTF_8));
    }
    Files.write(server.objects.file(KEY + name), bytes.toByteArray());
  }

  private static String manifest(String... urls) {
    return Stream.of(urls)
        .map(url -> "{\"url\":\"" + url + "\",\"mandatory\":true}")
        .collect(Collectors.joining(",", "{\"entries\":[", "]}"));
  }

  private static String url(String name) {
    return "s3://" + PlayedObjects.BUCKET + "/" + KEY + name;
  }

  private String export() throws Exception {
    var out = new ByteArrayOutputStream();
    ExportResult result = client.export(USERS, out);
    assertThat(result.bytes()).isEqualTo(out.size());
    return out.toString(UTF_8);
  }

  @Test
  void slicesAreJoinedUnderOneHeader() throws Exception {
    slice("0000_part_00.gz", "\"1\",\"a\"\n");
    slice("0001_part_00.gz", "\"2\",\"ř\"\n");
    server.api.manifest = manifest(url("0000_part_00.gz"), url("0001_part_00.gz"));

    assertThat(export()).isEqualTo("\"id\",\"say \"\"hi\"\"\"\n\"1\",\"a\"\n\"2\",\"ř\"\n");
    var body = server.seen("POST /v2/storage/tables/" + USERS + "/export-async").getFirst().json();
    assertThat(body.path("gzip").asBoolean()).isTrue();
    assertThat(body.path("columns").valueStream().map(one -> one.asString()))
        .containsExactly("id", "say \"hi\"");
  }

  @Test
  void emptyTableIsItsHeader() throws Exception {
    slice("0000_part_00.gz", "");
    server.api.manifest = manifest(url("0000_part_00.gz"));

    assertThat(export()).isEqualTo("\"id\",\"say \"\"hi\"\"\"\n");
  }

  @Test
  void fileThatIsNotSlicedBringsItsOwnHeader() throws Exception {
    server.api.exported = file(false);
    Files.writeString(server.objects.file(KEY), "\"id\"\n\"1\"\n");

    assertThat(export()).isEqualTo("\"id\"\n\"1\"\n");
  }

  @Test
  void brokenDownloadGoesOnWhereItStopped() throws Exception {
    var random = new Random(7);
    String rows =
        random.ints(200_000, 0, 10).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
    slice("0000_part_00.gz", rows);
    server.api.manifest = manifest(url("0000_part_00.gz"));
    server.objects.breakOffAfter.put(KEY + "0000_part_00.gz", 30_000);

    assertThat(export()).endsWith("\n" + rows);
    var downloads = server.seen("GET /kbc-files/");
    assertThat(downloads).hasSize(2);
    assertThat(downloads.getLast().header("Range")).matches("bytes=[1-9][0-9]*-");
  }

  @Test
  void manifestMayNotPointElsewhere() {
    server.api.manifest = manifest("s3://kbc-files/exp-15/13/files/other.gz");

    assertThatExceptionOfType(UploadRefusedException.class)
        .isThrownBy(this::export)
        .withMessageContaining("points outside of its file");
    assertThat(server.seen("GET /kbc-files/")).isEmpty();
  }

  @Test
  void presignedUrlIsReadWithoutTheToken() throws Exception {
    server.api.manifest = manifest();

    export();

    assertThat(server.seen("GET /presigned/"))
        .singleElement()
        .satisfies(
            call ->
                assertThat(call.headers())
                    .doesNotContainKeys("x-storageapi-token", "authorization"));
  }

  @Test
  void missingSliceIsRefused() {
    server.api.manifest = manifest(url("0000_part_00.gz"));

    assertThatExceptionOfType(UploadRefusedException.class)
        .isThrownBy(this::export)
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo("NoSuchKey"));
  }

  @Test
  void previewIsTheServersCsv() throws Exception {
    assertThat(client.preview(USERS)).isEqualTo("\"id\"\n\"1\"\n");
  }

  @Test
  void queryOfEventsArrivesAsItWasWritten() throws Exception {
    client.events("event:x AND objectId:\"in.c-main.users\" +ř&q=1");

    assertThat(server.seen("GET /v2/storage/events").getFirst().query())
        .isEqualTo("q=event%3Ax+AND+objectId%3A%22in.c-main.users%22+%2B%C5%99%26q%3D1");
  }
}
