package io.penstock.aws.keys;

import io.penstock.aws.Keyring;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.DataKeySpec;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.IncorrectKeyException;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.Tag;

/**
 * Keys in AWS KMS: one per organisation under {@code alias/penstock-org-{id}}, for its buckets, and
 * one per project under {@code alias/penstock-project-{id}}, for its secrets. Rotation is KMS's,
 * once a year.
 *
 * <p>KMS itself encrypts 4096 bytes at most, so every secret is sealed here, under a data key of
 * its own (<a
 * href="https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html">GenerateDataKey</a>)
 * that goes with it, wrapped: see {@link SealedEnvelope}. The encryption context of the wrapping is
 * {@code penstock:project} = the id and {@code penstock:context} = the base64 of the caller's
 * context. Both stand in CloudTrail in the clear: contexts hold ids, never secrets. What an earlier
 * version had encrypted by KMS itself is still opened.
 *
 * <p>Every method throws {@link PlatformException} with {@code UNAVAILABLE} when KMS cannot be
 * reached or refuses the service. Time limits and retries are the client's. Thread-safe.
 */
public final class KmsKeyring implements Keyring {
  /** KMS's own limit of what it decrypts. */
  private static final int MAX_CIPHERTEXT_BYTES = 6144;

  /** KMS's limit for a whole encryption context is 8192 characters. */
  private static final int MAX_CONTEXT_BYTES = 4096;

  /** The shortest that KMS allows. The key opens nothing from the first moment on. */
  private static final int DAYS_UNTIL_DELETION = 7;

  private final KmsClient kms;

  public KmsKeyring(KmsClient kms) {
    this.kms = kms;
  }

  /**
   * {@inheritDoc}
   *
   * @return the key's ARN
   */
  @Override
  public String createOrganisationKey(long organisationId) {
    return reaching(
        () ->
            ensure(
                organisationAlias(organisationId),
                organisationId,
                "organisation " + organisationId));
  }

  /**
   * {@inheritDoc}
   *
   * @return the key's ARN
   * @throws IllegalStateException when the project's key was destroyed
   */
  @Override
  public String createProjectKey(long organisationId, long projectId) {
    return reaching(() -> ensure(projectAlias(projectId), organisationId, "project " + projectId));
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException when the project has no key, or it was destroyed
   */
  @Override
  public byte[] seal(long projectId, byte[] plaintext, byte[] context) {
    if (plaintext.length > MAX_SECRET_BYTES) {
      throw new IllegalArgumentException(
          "A secret has at most %d bytes".formatted(MAX_SECRET_BYTES));
    }
    var encryptionContext = encryptionContext(projectId, context);
    GenerateDataKeyResponse made;
    try {
      made =
          kms.generateDataKey(
              request ->
                  request
                      .keyId(projectAlias(projectId))
                      .keySpec(DataKeySpec.AES_256)
                      .encryptionContext(encryptionContext));
    } catch (NotFoundException | DisabledException | KmsInvalidStateException e) {
      throw new IllegalStateException("Cannot seal under the key of project " + projectId, e);
    } catch (SdkException e) {
      throw unavailable(e);
    }
    byte[] key = made.plaintext().asByteArray();
    try {
      return SealedEnvelope.seal(
          key, made.ciphertextBlob().asByteArray(), plaintext, binding(projectId, context));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Cannot seal under the key of project " + projectId, e);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  @Override
  public byte[] open(long projectId, byte[] sealed, byte[] context)
      throws GeneralSecurityException {
    if (!SealedEnvelope.is(sealed)) {
      return decrypt(projectId, sealed, context);
    }
    SealedEnvelope envelope = SealedEnvelope.read(sealed);
    byte[] key = decrypt(projectId, envelope.wrappedKey(), context);
    try {
      return envelope.open(key, binding(projectId, context));
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private byte[] decrypt(long projectId, byte[] ciphertext, byte[] context)
      throws GeneralSecurityException {
    if (ciphertext.length == 0 || ciphertext.length > MAX_CIPHERTEXT_BYTES) {
      throw new GeneralSecurityException("Nothing that KMS has sealed");
    }
    var encryptionContext = encryptionContext(projectId, context);
    try {
      return kms.decrypt(
              request ->
                  request
                      .keyId(projectAlias(projectId))
                      .ciphertextBlob(SdkBytes.fromByteArray(ciphertext))
                      .encryptionContext(encryptionContext))
          .plaintext()
          .asByteArray();
    } catch (InvalidCiphertextException
        | IncorrectKeyException
        | NotFoundException
        | DisabledException
        | KmsInvalidStateException e) {
      throw new GeneralSecurityException(
          "The secret of project " + projectId + " does not open", e);
    } catch (SdkException e) {
      throw unavailable(e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>KMS disables the key at once and deletes it after seven days, in which an administrator of
   * the account could still call that off. The alias stays until then, so that no new key takes its
   * place.
   */
  @Override
  public void destroyProjectKey(long projectId) {
    reaching(
        () -> {
          find(projectAlias(projectId))
              .filter(key -> key.keyState() != KeyState.PENDING_DELETION)
              .ifPresent(key -> scheduleDeletion(key.keyId()));
          return true;
        });
  }

  /**
   * The key's ARN. A key that was made and got no alias, because the process ended, is found by its
   * tags.
   */
  private String ensure(String alias, long organisationId, String owner) {
    var existing = find(alias);
    if (existing.isPresent()) {
      if (existing.get().keyState() == KeyState.PENDING_DELETION) {
        throw new IllegalStateException("The key of " + owner + " was destroyed");
      }
      return existing.get().arn();
    }
    var made =
        kms.createKey(
                request ->
                    request
                        .description("Penstock: " + owner)
                        .tags(
                            tag("penstock:organisation", Long.toString(organisationId)),
                            tag("penstock:alias", alias)))
            .keyMetadata();
    kms.enableKeyRotation(request -> request.keyId(made.keyId()));
    try {
      kms.createAlias(request -> request.aliasName(alias).targetKeyId(made.keyId()));
    } catch (AlreadyExistsException e) {
      scheduleDeletion(made.keyId()); // another one was faster, and nothing was sealed under ours
      return find(alias).orElseThrow(() -> e).arn();
    }
    return made.arn();
  }

  private Optional<KeyMetadata> find(String alias) {
    try {
      return Optional.of(kms.describeKey(request -> request.keyId(alias)).keyMetadata());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private void scheduleDeletion(String keyId) {
    kms.scheduleKeyDeletion(
        request -> request.keyId(keyId).pendingWindowInDays(DAYS_UNTIL_DELETION));
  }

  private static Map<String, String> encryptionContext(long projectId, byte[] context) {
    if (context.length > MAX_CONTEXT_BYTES) {
      throw new IllegalArgumentException(
          "A context has at most %d bytes".formatted(MAX_CONTEXT_BYTES));
    }
    return Map.of(
        "penstock:project",
        Long.toString(projectId),
        "penstock:context",
        "base64:" + Base64.getEncoder().encodeToString(context));
  }

  /** The project's id has a fixed length, so that no context can pass for another project's. */
  private static byte[] binding(long projectId, byte[] context) {
    return ByteBuffer.allocate(Long.BYTES + context.length).putLong(projectId).put(context).array();
  }

  private static <T> T reaching(Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw unavailable(e);
    }
  }

  private static PlatformException unavailable(SdkException cause) {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The key service cannot be reached: try again later", cause);
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().tagKey(key).tagValue(value).build();
  }

  private static String organisationAlias(long organisationId) {
    return "alias/penstock-org-" + organisationId;
  }

  private static String projectAlias(long projectId) {
    return "alias/penstock-project-" + projectId;
  }
}
