package io.penstock.storage.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.model.Secret;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenCodecTest {
  private static final byte[] OLD = key(1);
  private static final byte[] NEW = key(2);

  private final TokenCodec codec = new TokenCodec(new TokenKeys(Map.of(1, OLD)));

  @Test
  void sealedTokenOpensToItsIdsAndSecret() {
    byte[] secret = codec.newSecret();

    TokenCodec.Opened opened = codec.open(codec.seal(12, 44, secret).reveal()).orElseThrow();

    assertThat(opened.projectId()).isEqualTo(12);
    assertThat(opened.tokenId()).isEqualTo(44);
    assertThat(opened.matches(TokenCodec.hash(secret))).isTrue();
    assertThat(opened.matches(TokenCodec.hash(codec.newSecret()))).isFalse();
  }

  @Test
  void tokenHasThreePartsOfLettersAndDigitsAndAlwaysTheSameLength() {
    for (int i = 0; i < 200; i++) {
      assertThat(codec.seal(12, 44, codec.newSecret()).reveal()).matches("12-44-[0-9A-Za-z]{109}");
    }
  }

  @Test
  void everyChangedCharacterIsRefused() {
    String token = codec.seal(12, 44, codec.newSecret()).reveal();

    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == '7' ? '8' : '7';
      String forged = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(codec.open(forged)).as(forged).isEmpty();
    }
  }

  @Test
  void whatIsNoTokenIsRefusedWithoutAnError() {
    assertThat(codec.open("")).isEmpty();
    assertThat(codec.open("1-2-3")).isEmpty();
    assertThat(codec.open("1-2-" + "z".repeat(109))).isEmpty();
    assertThat(codec.open("99999999999999999999-2-" + "0".repeat(109))).isEmpty();
    assertThat(codec.open("x".repeat(100_000))).isEmpty();
  }

  @Test
  void olderKeyVersionsStillOpenAndTheNewestSeals() {
    Secret before = codec.seal(1, 2, codec.newSecret());
    TokenCodec both = new TokenCodec(new TokenKeys(Map.of(1, OLD, 2, NEW)));
    TokenCodec onlyNew = new TokenCodec(new TokenKeys(Map.of(2, NEW)));

    assertThat(both.open(before.reveal())).isPresent();
    assertThat(onlyNew.open(before.reveal())).isEmpty();
    assertThat(onlyNew.open(both.seal(1, 2, both.newSecret()).reveal())).isPresent();
    assertThat(codec.open(both.seal(1, 2, both.newSecret()).reveal())).isEmpty();
  }

  @Test
  void shortKeysAreRefusedAtTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenKeys(Map.of(1, new byte[31])))
        .withMessageContaining("32 bytes");
    assertThatIllegalArgumentException().isThrownBy(() -> new TokenKeys(Map.of()));
  }

  private static byte[] key(int fill) {
    byte[] key = new byte[32];
    java.util.Arrays.fill(key, (byte) fill);
    return key;
  }
}
