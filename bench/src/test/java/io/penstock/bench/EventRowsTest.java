package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventRowsTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void sameRowsHaveTheSameBytesEverywhere() throws Exception {
    Path events = new DataSet(directory, 2000).events();

    assertThat(Files.size(events)).isEqualTo(237_961);
    assertThat(sha256(Files.readAllBytes(events)))
        .isEqualTo("a713efbf1a101c36553a0e224528c1396082d7ba951121ee07787c97b3b5087f");
  }

  @Test
  void sameChangesHaveTheSameBytesEverywhere() throws Exception {
    DataSet data = new DataSet(directory, 2000);

    assertThat(data.changes()).isEqualTo(400);
    assertThat(sha256(Files.readAllBytes(data.upsert())))
        .isEqualTo("4640b6bfbcf3385dfb92d155d6a1adaca1c0a1fc7e046c5db225a033e94317fd");
  }

  @Test
  void everyHundredthRowHasQuotesCommaLineBreakAndLettersBeyondAscii() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    EventRows.write(out, 107, 107);

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("\"\"", ",", "\n")
        .matches(text -> text.strip().lines().count() >= 2)
        .matches(text -> text.chars().anyMatch(c -> c > 127));
  }

  @Test
  void slicesAreTheRowsOfTheFileInOrder() throws IOException {
    DataSet data = new DataSet(directory, 1003);
    ByteArrayOutputStream together = new ByteArrayOutputStream();
    together.writeBytes(EventRows.header().getBytes(StandardCharsets.UTF_8));

    for (Path slice : data.slices()) {
      together.writeBytes(Files.readAllBytes(slice));
    }

    assertThat(together.toByteArray()).isEqualTo(Files.readAllBytes(data.events()));
  }

  @Test
  void digestSurvivesBeingKept() throws IOException {
    DataSet data = new DataSet(directory, 500);

    Content first = data.digest().content();

    assertThat(first.rows()).isEqualTo(500);
    assertThat(data.digest().content()).isEqualTo(first);
  }

  @Test
  void digestMindsRowsAndNotTheirOrderOrQuoting() throws IOException {
    assertThat(digest("a,\"b\"\n\"c\"\"\",d\n")).isEqualTo(digest("\"c\"\"\",\"d\"\na,b\n"));
    assertThat(digest("a,b\n")).isNotEqualTo(digest("b,a\n"));
    assertThat(digest("ab,\"\"\n")).isNotEqualTo(digest("a,b\n"));
    assertThat(digest("a,b\na,b\n")).isNotEqualTo(digest("a,b\n"));
  }

  private static Content digest(String csv) throws IOException {
    CsvDigest digest = new CsvDigest();
    digest.add(new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)), 0);
    return digest.content();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
