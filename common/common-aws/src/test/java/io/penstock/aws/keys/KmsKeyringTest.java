package io.penstock.aws.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kms.model.DataKeySpec;

class KmsKeyringTest implements KeyringContract {
  private final FakeKms kms = new FakeKms();
  private final KmsKeyring keyring = new KmsKeyring(kms);

  @Override
  public KmsKeyring keyring() {
    keyring.createProjectKey(1, 12);
    keyring.createProjectKey(1, 13);
    return keyring;
  }

  @Test
  void keyIsMadeOnceAndRotates() {
    String first = keyring.createOrganisationKey(1);
    String again = keyring.createOrganisationKey(1);
    String project = keyring.createProjectKey(1, 12);

    assertThat(first).isEqualTo(again).startsWith("arn:aws:kms:").isNotEqualTo(project);
    assertThat(kms.created).hasSize(2);
    assertThat(kms.created.getLast().tags())
        .extracting(tag -> tag.tagKey() + "=" + tag.tagValue())
        .containsExactly("penstock:organisation=1", "penstock:alias=alias/penstock-project-12");
    assertThat(kms.rotated).containsExactly("key-1", "key-2");
  }

  @Test
  void slowerOneOfTwoTakesTheFastersKeyAndLeavesNone() {
    var faster = new KmsKeyring(kms);
    kms.beforeAlias = () -> faster.createProjectKey(1, 12);

    String slower = keyring.createProjectKey(1, 12);

    assertThat(slower).isEqualTo(faster.createProjectKey(1, 12)).endsWith("key-2");
    assertThat(kms.deletions).extracting(deletion -> deletion.keyId()).containsExactly("key-1");
  }

  @Test
  void projectAndContextAreTheEncryptionContext() throws GeneralSecurityException {
    keyring.createProjectKey(1, 12);

    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);

    assertThat(keyring.open(12, sealed, CONTEXT)).isEqualTo(SECRET);
    var request = kms.dataKeys.getFirst();
    assertThat(request.keyId()).isEqualTo("alias/penstock-project-12");
    assertThat(request.encryptionContext())
        .containsEntry("penstock:project", "12")
        .containsEntry("penstock:context", "base64:Y29tcG9uZW50Ojc=");
    assertThat(request.keySpec()).isEqualTo(DataKeySpec.AES_256);
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring.open(99, sealed, CONTEXT));
  }

  @Test
  void whatKmsItselfHasEncryptedStillOpens() throws GeneralSecurityException {
    keyring.createProjectKey(1, 12);
    byte[] old =
        kms.encrypt(
                request ->
                    request
                        .keyId("alias/penstock-project-12")
                        .plaintext(SdkBytes.fromByteArray(SECRET))
                        .encryptionContext(
                            Map.of(
                                "penstock:project",
                                "12",
                                "penstock:context",
                                "base64:Y29tcG9uZW50Ojc=")))
            .ciphertextBlob()
            .asByteArray();

    assertThat(keyring.open(12, old, CONTEXT)).isEqualTo(SECRET);
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring.open(12, old, new byte[0]));
  }

  /** A wrapped key alone opens nothing: the project and the context bind the secret, too. */
  @Test
  void eachSecretHasAKeyOfItsOwnAndIsBoundToItsContext() throws GeneralSecurityException {
    keyring.createProjectKey(1, 12);

    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);
    byte[] other = keyring.seal(12, SECRET, CONTEXT);

    SealedEnvelope envelope = SealedEnvelope.read(sealed);
    assertThat(SealedEnvelope.read(other).wrappedKey()).isNotEqualTo(envelope.wrappedKey());
    assertThat(kms.dataKeys).hasSize(2);
    byte[] key = kms.keyIn(envelope.wrappedKey());
    byte[] binding =
        ByteBuffer.allocate(Long.BYTES + CONTEXT.length).putLong(12).put(CONTEXT).array();
    assertThat(envelope.open(key, binding)).isEqualTo(SECRET);
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> envelope.open(key, new byte[0]));
  }

  @Test
  void destroyedKeyOpensNothingAndIsNotMadeAnew() {
    keyring.createProjectKey(1, 12);
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);

    keyring.destroyProjectKey(12);
    keyring.destroyProjectKey(12);
    keyring.destroyProjectKey(99);

    assertThat(kms.deletions).hasSize(1);
    assertThat(kms.deletions.getFirst().pendingWindowInDays()).isEqualTo(7);
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring.open(12, sealed, CONTEXT));
    assertThatIllegalStateException()
        .isThrownBy(() -> keyring.createProjectKey(1, 12))
        .withMessage("The key of project 12 was destroyed");
    assertThatIllegalStateException().isThrownBy(() -> keyring.seal(12, SECRET, CONTEXT));
    assertThatIllegalStateException().isThrownBy(() -> keyring.seal(99, SECRET, CONTEXT));
  }

  @Test
  void unreachableServiceIsToBeTriedAgain() {
    keyring.createProjectKey(1, 12);
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);
    kms.reachable = false;

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> keyring.seal(12, SECRET, CONTEXT))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> keyring.open(12, sealed, CONTEXT))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }
}
