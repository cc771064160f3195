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
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An import's receipt with the record that holds it and the proof of that record: {@code
 * {"jobId":…,"receipt":{…},"record":{…},"proof":{…}}}. The receipt is believed as far as the record
 * in the log says the same, and the record as far as its proof leads.
 *
 * @param receipt what the load read and what became of it; {@code recordId} names its record
 * @param record the same as in the proof's entry, for people
 */
public record ReceiptFile(JsonNode receipt, JsonNode record, RecordProof proof) {
  /** Which record tells of a load that succeeded. */
  private static final String IMPORTED = "storage.tableImportDone";

  /** Its id cannot be told inside of the record: the record has it anyhow. */
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
   * @param data the uploaded files, in any order; none: only the receipt is checked
   */
  public List<String> check(Collection<NoteKey> keys, Collection<Path> data) throws IOException {
    if (proof.verify(keys) instanceof Outcome.Refuted refuted) {
      return List.of(refuted.reason());
    }
    JsonNode proven = Json.mapper().readTree(proof.entry()).path("record");
    List<String> problems = new ArrayList<>();
    if (!record.isMissingNode() && !same(record, proven)) {
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

  /** A large receipt stands beside the log; the entry has its hash. */
  private boolean isTold(JsonNode told) {
    ObjectNode bare = (ObjectNode) receipt.deepCopy();
    bare.remove(RECORD_ID);
    if (same(told, bare)) {
      return true;
    }
    byte[] canonical = CanonicalJson.of(bare);
    return told.size() == 2
        && told.path("bytes").asLong(-1) == canonical.length
        && told.path("sha256").asString("").equals(HexFormat.of().formatHex(sha256().digest(canonical)));
  }

  private static boolean same(JsonNode one, JsonNode other) {
    return Arrays.equals(CanonicalJson.of(one), CanonicalJson.of(other));
  }

  private void compare(Collection<Path> data, List<String> problems) throws IOException {
    List<JsonNode> objects = new ArrayList<>(receipt.path("objects").valueStream().toList());
    for (Path file : data) {
      Digest digest = digest(file);
      boolean loaded =
          objects.removeIf(
              object ->
                  object.path("bytes").asLong(-1) == digest.bytes
                      && object.path("sha256").asString("").equalsIgnoreCase(digest.sha256));
      if (!loaded) {
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
    MessageDigest sha256 = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      long bytes = in.transferTo(OutputStream.nullOutputStream());
      return new Digest(file, bytes, HexFormat.of().formatHex(sha256.digest()));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
