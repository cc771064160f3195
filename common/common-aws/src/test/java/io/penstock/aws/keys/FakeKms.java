package io.penstock.aws.keys;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import software.amazon.awssdk.services.kms.model.InvalidCiphertextException;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
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
  final List<EncryptRequest> encrypted = new ArrayList<>();
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
    encrypted.add(request);
    String blob = "blob-" + encrypted.size();
    String key = usable(request.keyId());
    sealed.put(blob, new Sealed(key, request.encryptionContext(), request.plaintext()));
    return EncryptResponse.builder().ciphertextBlob(SdkBytes.fromUtf8String(blob)).build();
  }

  @Override
  public DecryptResponse decrypt(DecryptRequest request) {
    String key = usable(request.keyId());
    var found = sealed.get(request.ciphertextBlob().asUtf8String());
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
