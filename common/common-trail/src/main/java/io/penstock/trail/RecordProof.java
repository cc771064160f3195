package io.penstock.trail;

import io.penstock.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One record and all that it takes to prove that it stands in the log: a file for people who have
 * nothing else but the log's public key.
 *
 * @param entry the canonical JSON of the record's entry, as it stands in the log
 * @param proof the hashes beside the entry's path, from the leaf up
 * @param checkpoint a signed note
 */
public record RecordProof(long index, String entry, List<Hash> proof, String checkpoint) {
  private static final int VERSION = 1;
  private static final int LONGEST_PROOF = 64;

  public RecordProof {
    proof = List.copyOf(proof);
  }

  /** What checking told. */
  public sealed interface Outcome {

    /** The record stands where the proof says, and these keys signed that. */
    record Proven(Checkpoint checkpoint, Set<NoteKey> keys) implements Outcome {}

    /**
     * @param reason for people, a sentence without its end
     */
    record Refuted(String reason) implements Outcome {}
  }

  private record File(
      int version,
      long index,
      @Nullable String entry,
      @Nullable List<String> proof,
      @Nullable String checkpoint) {}

  /**
   * @throws IllegalArgumentException when the text is not a proof of this version
   */
  public static RecordProof parse(String json) {
    File file;
    try {
      file = Json.read(json, File.class);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The proof is not the JSON of one", e);
    }
    if (file == null || file.version() != VERSION) {
      throw new IllegalArgumentException("The proof is not one of version 1");
    }
    String entry = file.entry();
    List<String> hashes = file.proof();
    String checkpoint = file.checkpoint();
    if (entry == null || hashes == null || checkpoint == null || hashes.size() > LONGEST_PROOF) {
      throw new IllegalArgumentException("The proof lacks an entry, hashes or a checkpoint");
    }
    List<Hash> proof = new ArrayList<>();
    for (@Nullable String hash : hashes) {
      proof.add(Hash.ofBase64(hash == null ? "" : hash));
    }
    return new RecordProof(file.index(), entry, proof, checkpoint);
  }

  public String toJson() {
    return Json.write(
        new File(VERSION, index, entry, proof.stream().map(Hash::base64).toList(), checkpoint));
  }

  /** Of any log of the keys'. */
  public Outcome verify(Collection<NoteKey> keys) {
    return verify(keys, null);
  }

  /**
   * @param keys those that are trusted; one of them is enough
   * @param origin of the log that it has to be; null: any log of the keys'
   */
  public Outcome verify(Collection<NoteKey> keys, @Nullable String origin) {
    try {
      SignedNote note = SignedNote.parse(checkpoint);
      Checkpoint claimed = Checkpoint.parse(note.text());
      Set<NoteKey> signed = note.verifiedBy(keys);
      if (signed.isEmpty()) {
        return new Outcome.Refuted("The checkpoint is not signed by the given key");
      }
      if (!claimed.isOf(origin, signed)) {
        return new Outcome.Refuted("The checkpoint is of another log: " + claimed.origin());
      }
      if (!namesItsIndex()) {
        return new Outcome.Refuted("The entry is not that of record " + index);
      }
      Hash leaf = Hash.leaf(entry.getBytes(StandardCharsets.UTF_8));
      return Proofs.included(leaf, index, claimed.size(), proof, claimed.root())
          ? new Outcome.Proven(claimed, signed)
          : new Outcome.Refuted(
              "The hashes do not lead from the entry to the root of the checkpoint");
    } catch (IllegalArgumentException e) {
      return new Outcome.Refuted("The checkpoint cannot be read: " + e.getMessage());
    }
  }

  /** The entry is hashed as it stands; its index is a claim of its own. */
  private boolean namesItsIndex() {
    try {
      JsonNode node = Json.mapper().readTree(entry);
      JsonNode claimed = node.path("index");
      return claimed.isIntegralNumber() && claimed.longValue() == index;
    } catch (JacksonException _) {
      return false;
    }
  }
}
