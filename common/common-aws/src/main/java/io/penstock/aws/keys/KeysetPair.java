package io.penstock.aws.keys;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import com.google.crypto.tink.streamingaead.StreamingAeadConfig2026;
import io.penstock.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * The two keysets of an organisation or a project, ready for use: one for small secrets and for
 * wrapping, one for objects.
 *
 * @param organisationId whose it is, or whose project's
 */
record KeysetPair(long organisationId, Aead aead, StreamingAead streaming) {
  private static final Configuration AEAD = AeadConfig2026.get();
  private static final Configuration STREAMING = StreamingAeadConfig2026.get();

  /**
   * A pair on disk: Tink's encrypted keyset JSON, twice. Owner and use are the associated data of
   * the wrapping, so that neither a file moved to another name nor a changed id opens.
   *
   * @param projectId null for the organisation itself
   */
  record Wrapped(long organisationId, @Nullable Long projectId, String aead, String streaming) {
    byte[] toJson() {
      return Json.write(this).getBytes(StandardCharsets.UTF_8);
    }

    static Wrapped fromJson(byte[] json) {
      return Json.read(new String(json, StandardCharsets.UTF_8), Wrapped.class);
    }
  }

  /** Makes a new pair, wrapped by the key above it. */
  static Wrapped generate(long organisationId, @Nullable Long projectId, Aead above) {
    try {
      return new Wrapped(
          organisationId,
          projectId,
          generate(
              PredefinedAeadParameters.AES256_GCM,
              AEAD,
              above,
              owner(organisationId, projectId, "aead")),
          generate(
              PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB,
              STREAMING,
              above,
              owner(organisationId, projectId, "streaming")));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot make a key", e);
    }
  }

  /**
   * Unwraps a pair.
   *
   * @throws GeneralSecurityException when the file was changed or belongs to somebody else
   */
  static KeysetPair unwrap(Wrapped wrapped, Aead above) throws GeneralSecurityException {
    var organisationId = wrapped.organisationId();
    var projectId = wrapped.projectId();
    var aead =
        TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
            wrapped.aead(), above, owner(organisationId, projectId, "aead"), AEAD);
    var streaming =
        TinkJsonProtoKeysetFormat.parseEncryptedKeyset(
            wrapped.streaming(), above, owner(organisationId, projectId, "streaming"), STREAMING);
    return new KeysetPair(
        organisationId,
        aead.getPrimitive(AEAD, Aead.class),
        streaming.getPrimitive(STREAMING, StreamingAead.class));
  }

  private static String generate(
      Parameters parameters, Configuration configuration, Aead above, byte[] associatedData)
      throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.serializeEncryptedKeyset(
        KeysetHandle.generateNew(parameters, configuration), above, associatedData, configuration);
  }

  private static byte[] owner(long organisationId, @Nullable Long projectId, String use) {
    String owner =
        projectId == null
            ? "organisation:%d:%s".formatted(organisationId, use)
            : "organisation:%d:project:%d:%s".formatted(organisationId, projectId, use);
    return owner.getBytes(StandardCharsets.UTF_8);
  }
}
