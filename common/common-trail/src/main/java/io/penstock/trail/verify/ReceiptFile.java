package io.penstock.trail.verify;

import io.penstock.model.Json;
import io.penstock.trail.CanonicalJson;
import io.penstock.trail.NoteKey;
import io.penstock.trail.RecordProof;
import io.penstock.trail.RecordProof.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * An import's receipt with the record that holds it and the proof of that record: {@code
 * {"version":1,"jobId":…,"receipt":{…},"record":{…},"proof":{…}}}. The receipt is believed as far
 * as the record in the log says the same, and the record as far as its proof leads.
 *
 * @param receipt what the load read and what became of it, and the id of its record
 * @param record the same as in the proof's entry, for people
 */
public record ReceiptFile(long jobId, JsonNode receipt, JsonNode record, RecordProof proof) {
  /** Which record tells of a load that succeeded. */
  private static final String IMPORTED = "storage.tableImportDone";

  private static final String RECORD_ID = "recordId";

  /**
   * @throws IllegalArgumentException when the text is no receipt with its proof
   */
  public static ReceiptFile parse(String json) {
    try {
      JsonNode file = Json.mapper().readTree(json);
      if (!file.path("receipt").isObject() || !file.path("proof").isObject()) {
        throw new IllegalArgumentException("The file has no receipt with a proof");
      }
      return new ReceiptFile(
          file.path("jobId").asLong(-1),
          file.path("receipt"),
          file.path("record"),
          RecordProof.parse(file.path("proof").toString()));
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The file is not the JSON of a receipt", e);
    }
  }

  /** A file that was uploaded, and the bytes it has now. */
  private record Digest(Path file, long bytes, String sha256) {}

  /**
   * What is wrong, a sentence each; nothing, when the receipt is proven and the files are what was
   * loaded.
   *
   * @param origin of the log that it has to be; null: any log of the keys'
   * @param data the uploaded files, in any order; none: only the receipt is checked
   */
  public List<String> check(
      Collection<NoteKey> keys, @Nullable String origin, Collection<Path> data) throws IOException {
    if (proof.verify(keys, origin) instanceof Outcome.Refuted refuted) {
      return List.of(refuted.reason());
    }
    JsonNode proven = Json.mapper().readTree(proof.entry()).path("record");
    List<String> problems = new ArrayList<>();
    if (!record.isMissingNode() && !tellsTheSame(record, proven)) {
      problems.add("The record in the file is not the one that the proof leads to");
    }
    if (!proven.path("operation").asString("").equals(IMPORTED)) {
      problems.add("The proven record is not that of an import");
    }
    if (!receipt.path(RECORD_ID).asString("").equals(proven.path("id").asString("?"))) {
      problems.add("The receipt is that of another record");
    }
    if (!isTold(proven.path("results").path("receipt"))) {
      problems.add("The record in the log has another receipt");
    }
    if (!data.isEmpty()) {
      compare(data, problems);
    }
    return problems;
  }

  /** The record knows its receipt by the SHA-256 of its canonical JSON. */
  private boolean isTold(JsonNode told) {
    return told.path("sha256").asString("").equals(sha256Of(receipt))
        && told.path("jobId").asLong(-1) == jobId;
  }

  /** The log has long values by their hashes; the record in the file may have them whole. */
  private static boolean tellsTheSame(JsonNode shown, JsonNode proven) {
    if (same(shown, proven)) {
      return true;
    }
    if (proven.size() == 2 && proven.path("sha256").isString() && proven.path("bytes").isNumber()) {
      return proven.path("sha256").asString("").equals(sha256Of(shown));
    }
    return shown.isObject()
        && proven.isObject()
        && shown.size() == proven.size()
        && proven
            .propertyStream()
            .allMatch(member -> tellsTheSame(shown.path(member.getKey()), member.getValue()));
  }

  private static String sha256Of(JsonNode json) {
    return Sha256.hex(CanonicalJson.of(json));
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return Arrays.equals(CanonicalJson.of(one), CanonicalJson.of(other));
  }

  private void compare(Collection<Path> data, List<String> problems) throws IOException {
    List<JsonNode> objects = new ArrayList<>(receipt.path("objects").valueStream().toList());
    for (Path file : data) {
      Digest digest = digest(file);
      Optional<JsonNode> loaded =
          objects.stream()
              .filter(
                  object ->
                      object.path("bytes").asLong(-1) == digest.bytes
                          && object.path("sha256").asString("").equalsIgnoreCase(digest.sha256))
              .findFirst();
      loaded.ifPresent(objects::remove); // one of those that are equal
      if (loaded.isEmpty()) {
        problems.add(
            "%s (%d bytes, SHA-256 %s) is not what was loaded"
                .formatted(file, digest.bytes, digest.sha256));
      }
    }
    for (JsonNode object : objects) {
      problems.add("%s was loaded too".formatted(object.path("key").asString("?")));
    }
  }

  private static Digest digest(Path file) throws IOException {
    MessageDigest sha256 = Sha256.digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      long bytes = in.transferTo(OutputStream.nullOutputStream());
      return new Digest(file, bytes, HexFormat.of().formatHex(sha256.digest()));
    }
  }
}
