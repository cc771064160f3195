package io.penstock.audit.log;

import io.penstock.trail.NoteKey;
import io.penstock.trail.NoteSigner;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.MessageType;
import software.amazon.awssdk.services.kms.model.SigningAlgorithmSpec;

/**
 * A key in KMS that never leaves it, of the key spec {@code ECC_NIST_EDWARDS25519}. KMS signs as
 * RFC 8032 says when it is given the text itself ({@code RAW}).
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html">Key
 *     specs</a>
 */
public final class KmsNoteSigner implements NoteSigner {
  private final KmsClient kms;
  private final String keyId;
  private final NoteKey key;

  private KmsNoteSigner(KmsClient kms, String keyId, NoteKey key) {
    this.kms = kms;
    this.keyId = keyId;
    this.key = key;
  }

  /**
   * Asks KMS for the public half.
   *
   * @param keyId id or ARN; an alias could turn to another key
   */
  public static KmsNoteSigner open(KmsClient kms, String keyId, String name) {
    byte[] encoded = kms.getPublicKey(request -> request.keyId(keyId)).publicKey().asByteArray();
    return new KmsNoteSigner(kms, keyId, NoteKey.ofX509(name, encoded));
  }

  @Override
  public NoteKey key() {
    return key;
  }

  @Override
  public byte[] sign(byte[] text) {
    return kms.sign(
            request ->
                request
                    .keyId(keyId)
                    .messageType(MessageType.RAW)
                    .signingAlgorithm(SigningAlgorithmSpec.ED25519_SHA_512)
                    .message(SdkBytes.fromByteArray(text)))
        .signature()
        .asByteArray();
  }
}
