package io.penstock.uploader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GzipTest {
  private static final UploadRequest PACKED = UploadRequest.into("in.c-main.users").withGzip(1);

  private final Path folder;
  private final PlayedServer server;
  private final UploaderClient client;

  GzipTest(@TempDir Path folder) {
    this.folder = folder;
    this.server = new PlayedServer(folder);
    this.client =
        UploaderClient.builder(server.uri())
            .token(PlayedServer.TOKEN)
            .objectStore(server.uri())
            .stateDirectory(folder.resolve("state"))
            .time(new SettableTime(), () -> 1.0)
            .build();
    server.api.addBucket("in.c-main");
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Path unpacked(UploadResult result) throws Exception {
    Path plain = folder.resolve("unpacked.csv");
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(server.objects.file(result.sent().key())))) {
      Files.copy(in, plain, StandardCopyOption.REPLACE_EXISTING);
    }
    return plain;
  }

  @Test
  void memberIsUnpackedToTheSameBytesAndAlwaysPackedAlike() throws Exception {
    byte[] bytes = new byte[PackedStock.BLOCK];
    new Random(1).nextBytes(bytes);
    Arrays.fill(bytes, 1000, bytes.length / 2, (byte) 'x');

    for (int level = 1; level <= 9; level++) {
      byte[] packed = GzipMember.of(bytes, level);

      assertThat(GzipMember.of(bytes, level)).isEqualTo(packed);
      try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
        assertThat(in.readAllBytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void smallFileGoesPackedInOnePieceUnderAPackedName() throws Exception {
    Path file = Files.writeString(folder.resolve("users.csv"), "id,name\n" + "1,a\n".repeat(5000));

    UploadResult result = client.upload(file, PACKED);

    assertThat(result.sent().key()).endsWith(".users.csv.gz");
    assertThat(result.sent().bytes()).isLessThan(Files.size(file) / 10);
    assertThat(result.rows()).isEqualTo(5000);
    assertThat(result.compared()).isTrue();
    assertThat(Files.mismatch(file, unpacked(result))).isEqualTo(-1);
    assertThat(server.seen("POST /kbc-files/")).isEmpty();
  }

  @Test
  void partsOfALargeFileAreLargeEnoughForTheStore() throws Exception {
    Path file = LargeFiles.digits(folder.resolve("large.csv"), 48, 12_345);

    UploadResult result = client.upload(file, PACKED);

    var parts = server.objects.parts("upload-1");
    assertThat(result.sent().parts()).isEqualTo(parts.size()).isGreaterThan(2);
    assertThat(parts.headMap("upload-1." + parts.size()).values())
        .allSatisfy(size -> assertThat(size).isGreaterThanOrEqualTo(5L << 20));
    assertThat(result.sent().bytes())
        .isEqualTo(parts.values().stream().mapToLong(Long::longValue).sum());
    assertThat(Files.mismatch(file, unpacked(result))).isEqualTo(-1);
    assertThat(result.compared()).isTrue();
  }

  @Test
  void brokenOffUploadGoesOnWithTheSameParts() throws Exception {
    Path file = LargeFiles.digits(folder.resolve("large.csv"), 48, 12_345);
    server.failNextPart(3, Integer.MAX_VALUE);
    assertThatExceptionOfType(UploadGaveUpException.class)
        .isThrownBy(() -> client.upload(file, PACKED));
    server.failNextPart(0, 0);
    int there = server.objects.parts("upload-1").size();
    int sent = server.seen("PUT /kbc-files/").size();

    UploadResult result = client.upload(file, PACKED);

    // A part that was on its way when the first upload gave up may have arrived after the count.
    assertThat(there).isGreaterThanOrEqualTo(2);
    assertThat(result.sent().partsKept()).isGreaterThanOrEqualTo(there);
    assertThat(server.seen("PUT /kbc-files/"))
        .hasSize(sent + result.sent().parts() - result.sent().partsKept());
    assertThat(result.compared()).isTrue();
    assertThat(Files.mismatch(file, unpacked(result))).isEqualTo(-1);
  }

  @Test
  void packedFileIsNotPackedTwice() throws Exception {
    Path file = folder.resolve("users.csv.gz");
    Files.write(file, GzipMember.of("id\n1\n".getBytes(UTF_8), 6));

    UploadResult result = client.upload(file, PACKED);

    assertThat(result.sent().key()).endsWith(".users.csv.gz");
    assertThat(Files.mismatch(file, server.objects.file(result.sent().key()))).isEqualTo(-1);
  }

  @Test
  void levelIsOneToNine() {
    assertThatIllegalArgumentException().isThrownBy(() -> PACKED.withGzip(10));
    assertThatIllegalArgumentException().isThrownBy(() -> PACKED.withGzip(-1));
  }
}
