package io.penstock.aws.local;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.config.TinkConfig2026;
import com.google.crypto.tink.prf.PredefinedPrfParameters;
import com.google.crypto.tink.prf.PrfSet;
import io.penstock.model.Json;
import io.penstock.model.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.core.JacksonException;

/**
 * Seals grants into session tokens and opens them again. Its keys are in {@code sts.json} of a
 * directory (mode 0600), made on first use; several processes may share the file. Thread-safe.
 */
public final class LocalGrants {
  private static final Configuration TINK = TinkConfig2026.get();
  private static final String FILE = "sts.json";
  private static final byte[] CONTEXT = "penstock-session".getBytes(StandardCharsets.UTF_8);
  private static final int SECRET_BYTES = 32;
  private static final int LONGEST_TOKEN = 8192;

  private final Aead tokens;
  private final PrfSet secrets;

  private LocalGrants(Aead tokens, PrfSet secrets) {
    this.tokens = tokens;
    this.secrets = secrets;
  }

  /** The keys of this directory; both it and they are made when they are not there. */
  public static LocalGrants in(Path directory) {
    try {
      Path file = directory.resolve(FILE);
      if (Files.notExists(file)) {
        create(file);
      }
      KeyFile keys = Json.read(Files.readString(file), KeyFile.class);
      return new LocalGrants(
          parse(keys.tokens()).getPrimitive(TINK, Aead.class),
          parse(keys.secrets()).getPrimitive(TINK, PrfSet.class));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read or make " + FILE + " in " + directory, e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "The keys in " + directory.resolve(FILE) + " are unusable", e);
    }
  }

  Secret seal(LocalGrant grant) {
    try {
      byte[] sealed = tokens.encrypt(Json.write(grant).getBytes(StandardCharsets.UTF_8), CONTEXT);
      return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A session token could not be sealed", e);
    }
  }

  /** The grant that a session token holds, expired or not; empty when we did not make the token. */
  public Optional<LocalGrant> open(String sessionToken) {
    if (sessionToken.length() > LONGEST_TOKEN) {
      return Optional.empty();
    }
    try {
      byte[] opened = tokens.decrypt(Base64.getUrlDecoder().decode(sessionToken), CONTEXT);
      return Optional.of(Json.read(new String(opened, StandardCharsets.UTF_8), LocalGrant.class));
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException _) {
      return Optional.empty();
    }
  }

  /** The secret of a temporary access key. It opens nothing without the session token. */
  public Secret secretOf(String accessKeyId) {
    try {
      byte[] secret =
          secrets.computePrimary(accessKeyId.getBytes(StandardCharsets.UTF_8), SECRET_BYTES);
      return Secret.of(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A secret could not be derived", e);
    }
  }

  /**
   * Written aside and linked to its name: a reader sees all of it or nothing, and the first of two
   * makers wins.
   */
  private static void create(Path file) throws IOException, GeneralSecurityException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null) {
      throw new IOException("No directory for " + file);
    }
    Files.createDirectories(directory);
    var keys =
        new KeyFile(
            generate(PredefinedAeadParameters.AES256_GCM),
            generate(PredefinedPrfParameters.HMAC_SHA256_PRF));
    Path aside = directory.resolve(FILE + "." + UUID.randomUUID());
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try (FileChannel channel =
        FileChannel.open(
            aside, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
      ByteBuffer text = StandardCharsets.UTF_8.encode(Json.write(keys));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
      Files.createLink(file, aside);
    } catch (FileAlreadyExistsException _) {
      // Another process was first: its keys count.
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static String generate(Parameters parameters) throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.serializeKeyset(
        KeysetHandle.generateNew(parameters, TINK), TINK, InsecureSecretKeyAccess.get());
  }

  private static KeysetHandle parse(String keyset) throws GeneralSecurityException {
    return TinkJsonProtoKeysetFormat.parseKeyset(keyset, TINK, InsecureSecretKeyAccess.get());
  }

  /** Two Tink keysets as JSON text: one seals tokens, the other derives secrets. */
  private record KeyFile(@JsonProperty String tokens, @JsonProperty String secrets) {}
}
