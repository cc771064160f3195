package io.penstock.aws.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.model.job.JobMessage;
import io.penstock.model.job.JobTask;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRecipientSealTest {
  private static final byte[] SECRET = "{\"role\":\"p12_writer\"}".getBytes(UTF_8);

  @TempDir Path temporary;

  @Test
  void onlyTheRecipientOpensAndOnlyInTheSameContext() throws Exception {
    var keys = keys("worker");
    LocalRecipientSeal.generate(keys.secret(), keys.open());
    var message =
        new JobMessage(7, 12, 1, false, "12", "", new JobTask.ProvisionProject(), null, null);
    var seal = LocalRecipientSeal.fromPublic(keys.open());
    var opener = LocalRecipientSeal.fromPrivate(keys.secret());

    byte[] sealed = seal.seal(SECRET, message.sealContext());

    assertThat(new String(sealed, UTF_8)).doesNotContain("p12_writer");
    assertThat(opener.open(sealed, message.sealContext())).isEqualTo(SECRET);
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> opener.open(sealed, "job:8".getBytes(UTF_8)));
  }

  @Test
  void anotherRecipientCannotOpen() {
    var worker = keys("worker");
    var stranger = keys("stranger");
    LocalRecipientSeal.generate(worker.secret(), worker.open());
    LocalRecipientSeal.generate(stranger.secret(), stranger.open());

    byte[] sealed = LocalRecipientSeal.fromPublic(worker.open()).seal(SECRET, new byte[0]);

    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(
            () -> LocalRecipientSeal.fromPrivate(stranger.secret()).open(sealed, new byte[0]));
  }

  @Test
  void generatingAgainKeepsTheKey() throws Exception {
    var keys = keys("worker");
    LocalRecipientSeal.generate(keys.secret(), keys.open());
    byte[] sealed = LocalRecipientSeal.fromPublic(keys.open()).seal(SECRET, new byte[0]);
    Files.delete(keys.open());

    LocalRecipientSeal.generate(keys.secret(), keys.open());

    assertThat(LocalRecipientSeal.fromPrivate(keys.secret()).open(sealed, new byte[0]))
        .isEqualTo(SECRET);
    assertThat(
            LocalRecipientSeal.fromPrivate(keys.secret())
                .open(
                    LocalRecipientSeal.fromPublic(keys.open()).seal(SECRET, new byte[0]),
                    new byte[0]))
        .isEqualTo(SECRET);
  }

  @Test
  void publicFileHoldsNoPrivateKey() throws Exception {
    var keys = keys("worker");
    LocalRecipientSeal.generate(keys.secret(), keys.open());

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.secret())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.open())))
        .isEqualTo("rw-r--r--");
    assertThatIllegalStateException()
        .isThrownBy(() -> LocalRecipientSeal.fromPublic(keys.secret()));
    assertThat(Files.readString(keys.open())).contains("HpkePublicKey").doesNotContain("Private");
  }

  private Keys keys(String name) {
    return new Keys(
        temporary.resolve(name).resolve("private.json"), temporary.resolve(name + "-public.json"));
  }

  private record Keys(Path secret, Path open) {}
}
