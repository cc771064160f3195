package io.penstock.aws.keys;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.penstock.aws.Keyring;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Keys on a disk, for where there is no KMS: {@code root.json} in the clear (mode 0600), {@code
 * organisation-{id}.json} wrapped by it, {@code project-{id}.json} wrapped by its organisation's.
 * Who holds the directory holds everything; what a project's file alone tells is nothing.
 *
 * <p>Secrets are sealed with AES-256-GCM, objects with Tink's {@code AES256_GCM_HKDF_1MB}. Several
 * keyrings, also in several processes, may share a directory: a key destroyed by one is gone for
 * all at their next use. Thread-safe.
 */
public final class LocalKeyring implements Keyring {
  private static final Configuration AEAD = AeadConfig2026.get();
  private static final String ROOT = "root.json";

  private final PrivateDirectory directory;
  private final Aead root;
  private final ConcurrentMap<String, Opened> opened = new ConcurrentHashMap<>();

  private record Opened(PrivateDirectory.Stamp stamp, KeysetPair pair) {}

  @FunctionalInterface
  private interface Unwrapping {
    KeysetPair unwrap(KeysetPair.Wrapped wrapped) throws GeneralSecurityException;
  }

  /**
   * Opens the keyring; makes directory and root key where there are none.
   *
   * @throws java.io.UncheckedIOException when the directory cannot be made, read or written
   * @throws IllegalStateException when a file of keys is damaged or readable by others
   */
  public LocalKeyring(Path directory) {
    this.directory = PrivateDirectory.open(directory);
    byte[] keyset = this.directory.readOrCreate(ROOT, LocalKeyring::newRoot);
    try {
      this.root =
          TinkJsonProtoKeysetFormat.parseKeyset(
                  new String(keyset, StandardCharsets.UTF_8), AEAD, InsecureSecretKeyAccess.get())
              .getPrimitive(AEAD, Aead.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(
          "The root key in %s is damaged: bring it back from a backup"
              .formatted(this.directory.path(ROOT)),
          e);
    }
  }

  @Override
  public String createOrganisationKey(long organisationId) {
    directory.readOrCreate(
        organisationFile(organisationId),
        () -> KeysetPair.generate(organisationId, null, root).toJson());
    return "local:organisation-" + organisationId;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the organisation has no key, or the project's key belongs to
   *     another organisation
   */
  @Override
  public String createProjectKey(long organisationId, long projectId) {
    Aead above = requireOrganisation(organisationId).aead();
    byte[] json =
        directory.readOrCreate(
            projectFile(projectId),
            () -> KeysetPair.generate(organisationId, projectId, above).toJson());
    if (KeysetPair.Wrapped.fromJson(json).organisationId() != organisationId) {
      throw new IllegalStateException(
          "Project %d has a key under another organisation than %d"
              .formatted(projectId, organisationId));
    }
    return "local:project-" + projectId + ":1";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the project has no key
   */
  @Override
  public byte[] seal(long projectId, byte[] plaintext, byte[] context) {
    if (plaintext.length > MAX_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "A secret has at most %d bytes".formatted(MAX_SECRET_BYTES));
    }
    try {
      return openProject(projectId).aead().encrypt(plaintext, associatedData(projectId, context));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot seal under the key of project " + projectId, e);
    }
  }

  @Override
  public byte[] open(long projectId, byte[] sealed, byte[] context)
      throws GeneralSecurityException {
    return openProject(projectId).aead().decrypt(sealed, associatedData(projectId, context));
  }

  @Override
  public void destroyProjectKey(long projectId) {
    opened.remove(projectFile(projectId));
    directory.destroy(projectFile(projectId));
  }

  /**
   * Seals the project's objects. Ask again for every object: what was handed out works on after
   * {@link #destroyProjectKey}.
   *
   * @throws IllegalStateException when the project has no key
   */
  public StreamingAead forProject(long projectId) {
    try {
      return openProject(projectId).streaming();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot open the key of project " + projectId, e);
    }
  }

  /**
   * Seals objects of the organisation that belong to no project.
   *
   * @throws IllegalStateException when the organisation has no key
   */
  public StreamingAead forOrganisation(long organisationId) {
    return requireOrganisation(organisationId).streaming();
  }

  private KeysetPair requireOrganisation(long organisationId) {
    try {
      return opened(
          organisationFile(organisationId),
          wrapped -> {
            require(wrapped.organisationId() == organisationId && wrapped.projectId() == null);
            return KeysetPair.unwrap(wrapped, root);
          });
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot open the key of organisation " + organisationId, e);
    }
  }

  private KeysetPair openProject(long projectId) throws GeneralSecurityException {
    return opened(
        projectFile(projectId),
        wrapped -> {
          require(Objects.equals(wrapped.projectId(), projectId));
          return KeysetPair.unwrap(wrapped, requireOrganisation(wrapped.organisationId()).aead());
        });
  }

  /**
   * The pair in a file; from memory as long as it is the very same file: another keyring may have
   * destroyed it.
   */
  private KeysetPair opened(String name, Unwrapping unwrapping) throws GeneralSecurityException {
    var stamp = directory.stamp(name);
    if (stamp.isEmpty()) {
      opened.remove(name);
      throw new GeneralSecurityException("There is no key in " + directory.path(name));
    }
    var known = opened.get(name);
    if (known != null && known.stamp().equals(stamp.get())) {
      return known.pair();
    }
    var json =
        directory
            .read(name)
            .orElseThrow(
                () -> new GeneralSecurityException("There is no key in " + directory.path(name)));
    var pair = unwrapping.unwrap(KeysetPair.Wrapped.fromJson(json));
    opened.put(name, new Opened(stamp.get(), pair));
    return pair;
  }

  private static void require(boolean right) throws GeneralSecurityException {
    if (!right) {
      throw new GeneralSecurityException("The file of keys is another one's");
    }
  }

  private static byte[] newRoot() {
    try {
      return TinkJsonProtoKeysetFormat.serializeKeyset(
              KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AEAD),
              AEAD,
              InsecureSecretKeyAccess.get())
          .getBytes(StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot make a key", e);
    }
  }

  /** The project's id has a fixed length, so that no context can pass for another project's. */
  private static byte[] associatedData(long projectId, byte[] context) {
    return ByteBuffer.allocate(Long.BYTES + context.length).putLong(projectId).put(context).array();
  }

  private static String organisationFile(long organisationId) {
    return "organisation-" + organisationId + ".json";
  }

  private static String projectFile(long projectId) {
    return "project-" + projectId + ".json";
  }
}
