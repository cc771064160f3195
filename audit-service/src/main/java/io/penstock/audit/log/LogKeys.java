package io.penstock.audit.log;

import io.penstock.audit.keep.Trail;
import io.penstock.trail.Checkpoint;
import io.penstock.trail.NoteKey;
import io.penstock.trail.NoteSigner;
import io.penstock.trail.SignedNote;
import java.util.List;

/**
 * Who signs checkpoints, and the names of the logs.
 *
 * @param origin the beginning of every log's origin; the name of the keys
 * @param signers all of them sign: during a change of keys the old and the new one
 */
public record LogKeys(String origin, List<NoteSigner> signers) {

  public LogKeys {
    signers = List.copyOf(signers);
    if (signers.isEmpty()) {
      throw new IllegalArgumentException("Somebody has to sign the audit log's checkpoints");
    }
    signers.forEach(signer -> check(origin, signer.key()));
  }

  private static void check(String origin, NoteKey key) {
    if (!key.name().equals(origin)) {
      throw new IllegalArgumentException("A signing key has to be named " + origin);
    }
  }

  /** The first line of the trail's checkpoints. */
  public String originOf(Trail trail) {
    return origin + "/" + trail;
  }

  public List<NoteKey> keys() {
    return signers.stream().map(NoteSigner::key).toList();
  }

  SignedNote sign(Checkpoint checkpoint) {
    return SignedNote.sign(checkpoint.text(), signers);
  }

  boolean haveSigned(SignedNote note) {
    return !note.verifiedBy(keys()).isEmpty();
  }
}
