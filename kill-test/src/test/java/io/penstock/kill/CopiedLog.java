package io.penstock.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.Json;
import io.penstock.trail.EntryBundle;
import io.penstock.trail.NoteKey;
import io.penstock.trail.SignedNote;
import io.penstock.trail.TilePath;
import io.penstock.trail.verify.DirectoryLog;
import io.penstock.trail.verify.Finding;
import io.penstock.trail.verify.LogVerifier;
import io.penstock.trail.verify.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A trail in a folder: segments, values, and the log that proves them. */
record CopiedLog(String trail, Path folder) {

  /**
   * Every tile and bundle against the signed checkpoint, segments against bundles, all older
   * checkpoints.
   *
   * @param known what somebody has kept of it earlier
   */
  Verification.Counts verify(NoteKey key, @Nullable SignedNote known) {
    LogVerifier verifier =
        new LogVerifier(new DirectoryLog(folder), List.of(key), Clock.systemUTC())
            .of(key.name() + "/" + trail);
    if (known != null) {
      verifier.knowing(known);
    }
    Verification verification = verifier.verify();
    assertThat(verification.findings().stream().map(Finding::line))
        .as("what is wrong with the log of trail " + trail)
        .isEmpty();
    return verification.counts();
  }

  /** The entries as they stand in the bundles. */
  List<String> bundled(long size) throws IOException {
    List<String> entries = new ArrayList<>();
    for (long first = 0; first < size; first += TilePath.FULL) {
      int width = (int) Math.min(TilePath.FULL, size - first);
      Path bundle = folder.resolve(TilePath.entries(first / TilePath.FULL, width));
      EntryBundle.decode(Files.readAllBytes(bundle))
          .forEach(entry -> entries.add(new String(entry, StandardCharsets.UTF_8)));
    }
    return entries;
  }

  /** The entries as they stand in the segments. */
  List<String> segmented() throws IOException {
    List<String> entries = new ArrayList<>();
    try (Stream<Path> segments = Files.list(folder.resolve("segments"))) {
      for (Path segment : segments.sorted().toList()) {
        entries.addAll(Files.readAllLines(segment));
      }
    }
    return entries;
  }

  /**
   * How many values stand beside the log, each the one that its entry names.
   *
   * @param entries those that name them
   */
  int values(List<String> entries) throws Exception {
    int values = 0;
    for (String entry : entries) {
      JsonNode text = Json.mapper().readTree(entry).at("/record/params/text");
      if (text.has("sha256")) {
        String hash = text.path("sha256").asString();
        byte[] value = Files.readAllBytes(folder.resolve("values").resolve(hash));
        assertThat(value).hasSize(text.path("bytes").asInt());
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value)))
            .isEqualTo(hash);
        values++;
      }
    }
    return values;
  }
}
