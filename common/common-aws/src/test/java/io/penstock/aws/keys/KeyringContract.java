package io.penstock.aws.keys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.penstock.aws.Keyring;
import java.security.GeneralSecurityException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every keyring does; this one has the projects 12 and 13. */
interface KeyringContract {
  byte[] SECRET = "a password".getBytes(UTF_8);
  byte[] CONTEXT = "component:7".getBytes(UTF_8);

  Keyring keyring();

  /** KMS itself takes 4096 bytes; a mail or a kept answer has more. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4095, 4096, 4097, 20_000, 1_000_000})
  default void secretOfAnySizeOpens(int bytes) throws GeneralSecurityException {
    byte[] secret = new byte[bytes];
    new Random(bytes).nextBytes(secret);

    byte[] sealed = keyring().seal(12, secret, CONTEXT);

    assertThat(keyring().open(12, sealed, CONTEXT)).isEqualTo(secret);
  }

  @Test
  default void largestSecretIsBounded() {
    byte[] tooLarge = new byte[Keyring.MAX_SECRET_BYTES + 1];

    assertThatIllegalArgumentException()
        .isThrownBy(() -> keyring().seal(12, tooLarge, CONTEXT))
        .withMessage("A secret has at most 67108864 bytes");
  }

  @Test
  default void sealedSecretOpensWithTheSameContextOnly() throws GeneralSecurityException {
    byte[] sealed = keyring().seal(12, SECRET, CONTEXT);

    assertThat(new String(sealed, UTF_8)).doesNotContain("password");
    assertThat(keyring().open(12, sealed, CONTEXT)).isEqualTo(SECRET);
    assertThat(keyring().seal(12, SECRET, CONTEXT)).isNotEqualTo(sealed);
    for (String other : new String[] {"", "component:8", "component:77"}) {
      assertThatExceptionOfType(GeneralSecurityException.class)
          .isThrownBy(() -> keyring().open(12, sealed, other.getBytes(UTF_8)));
    }
  }

  @Test
  default void anotherProjectsKeyDoesNotOpen() {
    byte[] sealed = keyring().seal(12, SECRET, CONTEXT);

    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> keyring().open(13, sealed, CONTEXT));
  }

  @Test
  default void changedOrCutBytesDoNotOpen() {
    byte[] sealed = keyring().seal(12, SECRET, CONTEXT);

    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      byte[] cut = java.util.Arrays.copyOf(sealed, i);
      assertThatExceptionOfType(GeneralSecurityException.class)
          .as("byte %d", i)
          .isThrownBy(() -> keyring().open(12, changed, CONTEXT));
      assertThatExceptionOfType(GeneralSecurityException.class)
          .as("%d bytes", i)
          .isThrownBy(() -> keyring().open(12, cut, CONTEXT));
    }
  }

  @Test
  default void projectWithoutAKeySealsNothing() {
    assertThatIllegalStateException().isThrownBy(() -> keyring().seal(99, SECRET, CONTEXT));
  }
}
