package io.penstock.aws.keys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.AlreadyExistsException;
import software.amazon.awssdk.services.kms.model.CreateAliasRequest;
import software.amazon.awssdk.services.kms.model.CreateAliasResponse;
import software.amazon.awssdk.services.kms.model.CreateKeyRequest;
import software.amazon.awssdk.services.kms.model.CreateKeyResponse;
import software.amazon.awssdk.services.kms.model.DecryptRequest;
import software.amazon.awssdk.services.kms.model.DecryptResponse;
import software.amazon.awssdk.services.kms.model.DescribeKeyRequest;
import software.amazon.awssdk.services.kms.model.DescribeKeyResponse;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationRequest;
import software.amazon.awssdk.services.kms.model.EnableKeyRotationResponse;
import software.amazon.awssdk.services.kms.model.EncryptRequest;
import software.amazon.awssdk.services.kms.model.EncryptResponse;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyRequest;
import software.amazon.awssdk.services.kms.model.GenerateDataKeyResponse;
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.KmsInvalidStateException;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionRequest;
import software.amazon.awssdk.services.kms.model.ScheduleKeyDeletionResponse;

/**
 * As much of KMS as {@link KmsKeyring} uses: keys with states, aliases, and a ciphertext that opens
 * only under the same key and encryption context (kept beside, not encrypted). Not thread-safe.
 */
final class FakeKms implements KmsClient {
  final List<CreateKeyRequest> created = new ArrayList<>();
  final List<GenerateDataKeyRequest> dataKeys = new ArrayList<>();
  final List<ScheduleKeyDeletionRequest> deletions = new ArrayList<>();
  final List<String> rotated = new ArrayList<>();
  private final Map<String, KeyState> keys = new HashMap<>();
  private final Map<String, String> aliases = new HashMap<>();
  private final Map<String, Sealed> sealed = new HashMap<>();

  /** Runs once, just before the next alias is made: the other process of a race. */
  @Nullable Runnable beforeAlias;

  boolean reachable = true;

  private record Sealed(String key, Map<String, String> context, SdkBytes plaintext) {}

  @Override
  public CreateKeyResponse createKey(CreateKeyRequest request) {
    created.add(request);
    String id = "key-" + created.size();
    keys.put(id, KeyState.ENABLED);
    return CreateKeyResponse.builder().keyMetadata(metadata(id)).build();
  }

  @Override
  public CreateAliasResponse createAlias(CreateAliasRequest request) {
    Optional.ofNullable(beforeAlias)
        .ifPresent(
            race -> {
              beforeAlias = null;
              race.run();
            });
    if (aliases.putIfAbsent(request.aliasName(), request.targetKeyId()) != null) {
      throw AlreadyExistsException.builder().message("exists").build();
    }
    return CreateAliasResponse.builder().build();
  }

  @Override
  public DescribeKeyResponse describeKey(DescribeKeyRequest request) {
    return DescribeKeyResponse.builder().keyMetadata(metadata(resolve(request.keyId()))).build();
  }

  @Override
  public EnableKeyRotationResponse enableKeyRotation(EnableKeyRotationRequest request) {
    rotated.add(request.keyId());
    return EnableKeyRotationResponse.builder().build();
  }

  @Override
  public ScheduleKeyDeletionResponse scheduleKeyDeletion(ScheduleKeyDeletionRequest request) {
    deletions.add(request);
    keys.put(request.keyId(), KeyState.PENDING_DELETION);
    return ScheduleKeyDeletionResponse.builder().build();
  }

  @Override
  public EncryptResponse encrypt(EncryptRequest request) {
    if (request.plaintext().asByteArrayUnsafe().length > 4096) {
      throw KmsException.builder().message("1 validation error detected").build();
    }
    SdkBytes blob = seal(request.keyId(), request.encryptionContext(), request.plaintext());
    return EncryptResponse.builder().ciphertextBlob(blob).build();
  }

  @Override
  public GenerateDataKeyResponse generateDataKey(GenerateDataKeyRequest request) {
    dataKeys.add(request);
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    SdkBytes plaintext = SdkBytes.fromByteArray(key);
    return GenerateDataKeyResponse.builder()
        .plaintext(plaintext)
        .ciphertextBlob(seal(request.keyId(), request.encryptionContext(), plaintext))
        .build();
  }

  private SdkBytes seal(String alias, Map<String, String> context, SdkBytes plaintext) {
    String key = usable(alias);
    String blob = "blob-" + UUID.randomUUID();
    sealed.put(blob, new Sealed(key, context, plaintext));
    return SdkBytes.fromUtf8String(blob);
  }

  /** What KMS alone could say. */
  byte[] keyIn(byte[] wrapped) {
    return Objects.requireNonNull(sealed.get(SdkBytes.fromByteArray(wrapped).asUtf8String()))
        .plaintext()
        .asByteArray();
  }

  @Override
  public DecryptResponse decrypt(DecryptRequest request) {
    String key = usable(request.keyId());
    var found = sealed.get(new String(request.ciphertextBlob().asByteArray(), ISO_8859_1));
    if (found == null
        || !found.key().equals(key)
        || !found.context().equals(request.encryptionContext())) {
      throw InvalidCiphertextException.builder().message("invalid").build();
    }
    return DecryptResponse.builder().plaintext(found.plaintext()).build();
  }

  @Override
  public String serviceName() {
    return "kms";
  }

  @Override
  public void close() {}

  private String usable(String alias) {
    String key = resolve(alias);
    if (keys.get(key) != KeyState.ENABLED) {
      throw KmsInvalidStateException.builder().message("pending deletion").build();
    }
    return key;
  }

  private String resolve(String alias) {
    if (!reachable) {
      throw SdkClientException.create("timed out");
    }
    String key = aliases.get(alias);
    if (key == null) {
      throw NotFoundException.builder().message("not found").build();
    }
    return key;
  }

  private KeyMetadata metadata(String id) {
    return KeyMetadata.builder()
        .keyId(id)
        .arn("arn:aws:kms:eu-central-1:1:key/" + id)
        .keyState(keys.get(id))
        .build();
  }
}
