package io.penstock.aws.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;

class KmsKeyringTest {
  private static final byte[] SECRET = "a password".getBytes(UTF_8);
  private static final byte[] CONTEXT = "component:7".getBytes(UTF_8);

  private final FakeKms kms = new FakeKms();
  private final KmsKeyring keyring = new KmsKeyring(kms);

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
    var request = kms.encrypted.getFirst();
    assertThat(request.keyId()).isEqualTo("alias/penstock-project-12");
    assertThat(request.encryptionContext())
        .containsEntry("penstock:project", "12")
        .containsEntry("penstock:context", "base64:Y29tcG9uZW50Ojc=");
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring.open(12, sealed, new byte[0]));
  }

  @Test
  void anotherProjectsKeyDoesNotOpen() {
    keyring.createProjectKey(1, 12);
    keyring.createProjectKey(1, 13);
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);

    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring.open(13, sealed, CONTEXT));
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring.open(99, sealed, CONTEXT));
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
  void moreThanKmsSealsIsRefusedBeforeItIsSent() {
    keyring.createProjectKey(1, 12);

    assertThat(keyring.seal(12, new byte[KmsKeyring.MAX_PLAINTEXT_BYTES], CONTEXT)).isNotEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> keyring.seal(12, new byte[KmsKeyring.MAX_PLAINTEXT_BYTES + 1], CONTEXT));
    assertThat(kms.encrypted).hasSize(1);
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
