package io.penstock.aws.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.google.crypto.tink.StreamingAead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKeyringTest implements KeyringContract {
  @TempDir Path temporary;
  private Path folder;
  private LocalKeyring keyring;

  @BeforeEach
  void twoOrganisations() {
    folder = temporary.resolve("keys");
    keyring = new LocalKeyring(folder);
    keyring.createOrganisationKey(1);
    keyring.createOrganisationKey(2);
    keyring.createProjectKey(1, 12);
    keyring.createProjectKey(2, 13);
  }

  @Override
  public LocalKeyring keyring() {
    return keyring;
  }

  @Test
  void keysSurviveTheProcess() throws GeneralSecurityException {
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);

    assertThat(new LocalKeyring(folder).open(12, sealed, CONTEXT)).isEqualTo(SECRET);
  }

  @Test
  void creatingAnExistingKeyChangesNothing() throws GeneralSecurityException {
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);

    assertThat(keyring.createOrganisationKey(1)).isEqualTo(keyring.createOrganisationKey(1));
    assertThat(keyring.createProjectKey(1, 12)).isEqualTo("local:project-12:1");
    assertThat(keyring.open(12, sealed, CONTEXT)).isEqualTo(SECRET);
  }

  @Test
  void projectCannotMoveToAnotherOrganisation() {
    assertThatIllegalStateException().isThrownBy(() -> keyring.createProjectKey(2, 12));
  }

  @Test
  void projectOfAnUnknownOrganisationGetsNoKey() {
    assertThatIllegalStateException().isThrownBy(() -> keyring.createProjectKey(99, 14));
    assertThatIllegalStateException().isThrownBy(() -> keyring.seal(14, SECRET, CONTEXT));
  }

  @Test
  void destroyedKeyOpensNothingInAnyKeyring() {
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);
    var other = new LocalKeyring(folder);
    assertThat(other.seal(12, SECRET, CONTEXT)).isNotEmpty();

    keyring.destroyProjectKey(12);

    for (var any : new LocalKeyring[] {keyring, other, new LocalKeyring(folder)}) {
      assertThatExceptionOfType(GeneralSecurityException.class)
          .isThrownBy(() -> any.open(12, sealed, CONTEXT));
      assertThatIllegalStateException().isThrownBy(() -> any.forProject(12));
    }
    assertThat(folder.resolve("project-12.json")).doesNotExist();
  }

  @Test
  void keyMadeAnewAfterDestructionOpensNothingOld() {
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);
    var other = new LocalKeyring(folder);

    other.destroyProjectKey(12);
    other.createProjectKey(1, 12);

    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring.open(12, sealed, CONTEXT));
  }

  @Test
  void onlyTheOwnerMayRead() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    try (var files = Files.list(folder)) {
      assertThat(files.toList())
          .hasSizeGreaterThanOrEqualTo(5)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void rootKeyThatOthersMayReadIsRefused() throws IOException {
    Files.setPosixFilePermissions(
        folder.resolve("root.json"), PosixFilePermissions.fromString("rw-r-----"));

    assertThatIllegalStateException()
        .isThrownBy(() -> new LocalKeyring(folder))
        .withMessageContaining("chmod 600");
  }

  @Test
  void fileUnderAnotherProjectsNameIsRefused() throws IOException {
    byte[] sealed = keyring.seal(12, SECRET, CONTEXT);
    Files.copy(folder.resolve("project-12.json"), folder.resolve("project-15.json"));
    var changed =
        Files.readString(folder.resolve("project-12.json"))
            .replace("\"projectId\":12", "\"projectId\":16");
    Files.writeString(folder.resolve("project-16.json"), changed);
    Files.setPosixFilePermissions(
        folder.resolve("project-16.json"), PosixFilePermissions.fromString("rw-------"));

    for (long project : new long[] {15, 16}) {
      assertThatExceptionOfType(GeneralSecurityException.class)
          .isThrownBy(() -> keyring.open(project, sealed, CONTEXT));
      assertThatIllegalStateException().isThrownBy(() -> keyring.forProject(project));
    }
  }

  @Test
  void objectsOfProjectsAndOrganisationsAreApart() throws Exception {
    byte[] object = encrypt(keyring.forProject(12), "bucket/key");

    assertThat(decrypt(new LocalKeyring(folder).forProject(12), object, "bucket/key"))
        .isEqualTo(SECRET);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> decrypt(keyring.forProject(12), object, "bucket/other"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> decrypt(keyring.forProject(13), object, "bucket/key"));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> decrypt(keyring.forOrganisation(1), object, "bucket/key"));
  }

  @Test
  void keyringsThatStartAtOnceShareOneRoot() throws Exception {
    Path fresh = temporary.resolve("fresh");
    int threads = 8;
    var barrier = new CyclicBarrier(threads);
    var starts = new ArrayList<Callable<LocalKeyring>>();
    for (int i = 0; i < threads; i++) {
      starts.add(
          () -> {
            barrier.await();
            var started = new LocalKeyring(fresh);
            started.createOrganisationKey(1);
            started.createProjectKey(1, 12);
            return started;
          });
    }

    var opened = new HashSet<String>();
    try (var executor = Executors.newFixedThreadPool(threads)) {
      var keyrings = new ArrayList<LocalKeyring>();
      for (var start : executor.invokeAll(starts)) {
        keyrings.add(start.get());
      }
      byte[] sealed = keyrings.getFirst().seal(12, SECRET, CONTEXT);
      for (var any : keyrings) {
        opened.add(new String(any.open(12, sealed, CONTEXT), UTF_8));
      }
    }
    assertThat(opened).containsExactly("a password");
  }

  private static byte[] encrypt(StreamingAead aead, String associated) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var stream = aead.newEncryptingStream(bytes, associated.getBytes(UTF_8))) {
      stream.write(SECRET);
    }
    return bytes.toByteArray();
  }

  private static byte[] decrypt(StreamingAead aead, byte[] object, String associated)
      throws Exception {
    try (var stream =
        aead.newDecryptingStream(new ByteArrayInputStream(object), associated.getBytes(UTF_8))) {
      return stream.readAllBytes();
    }
  }
}
