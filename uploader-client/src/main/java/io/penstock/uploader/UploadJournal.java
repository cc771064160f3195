package io.penstock.uploader;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The state of one upload: on the disk, where it outlives this process, or in memory only. Every
 * step is written before the next one begins. Used by one thread.
 */
final class UploadJournal implements AutoCloseable {
  private final StateDirectory.@Nullable Claim disk;
  private @Nullable UploadState state;

  private UploadJournal(StateDirectory.@Nullable Claim disk) {
    this.disk = disk;
    this.state = disk == null ? null : disk.read().orElse(null);
  }

  /** One that this process takes with it. */
  static UploadJournal inMemory() {
    return new UploadJournal(null);
  }

  /**
   * The journal of this upload: the same server, token, file, table and options.
   *
   * @throws UploadGaveUpException when another process is at it
   * @throws UploadRefusedException when the server does not know the token
   */
  static UploadJournal in(
      StateDirectory directory, ApiConnection api, SourceFile.Print source, UploadRequest request)
      throws InterruptedException {
    // Idempotency keys are a token's own: with another one the job would not be found again.
    JsonNode token = api.require("GET", "tokens/verify", null).json();
    List<Object> identity =
        List.of(
            api.root().toString(),
            token.path("owner").path("id").asString(""),
            token.path("id").asString(""),
            source.path(),
            request);
    byte[] text = Answer.JSON.writeValueAsString(identity).getBytes(StandardCharsets.UTF_8);
    String id = HexFormat.of().formatHex(PartSums.digest("SHA-256").digest(text));
    return new UploadJournal(directory.claim(id));
  }

  /** Whether it is there for a later run. */
  boolean outlivesProcess() {
    return disk != null;
  }

  /** What is known; null before anything was prepared. */
  @Nullable UploadState state() {
    return state;
  }

  UploadState write(UploadState next) {
    if (disk != null) {
      disk.write(next);
    }
    state = next;
    return next;
  }

  /** The upload is over, or begins anew. */
  void forget() {
    if (disk != null) {
      disk.forget();
    }
    state = null;
  }

  @Override
  public void close() {
    if (disk != null) {
      disk.close();
    }
  }
}
