package io.penstock.storage.web;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.PlatformException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StorableTextTest {

  @Test
  void everyOtherCharacterIsFine() {
    assertThatCode(
            () ->
                StorableText.require(
                    "name",
                    Map.of("ž", Arrays.asList("\u0001\n\uffff", "😀", 1, true, null, List.of()))))
        .doesNotThrowAnyException();
  }

  @Test
  void nulIsFoundWhereverItIs() {
    refused("a\0b", "character 2 is NUL");
    refused(List.of(List.of(Map.of("k", "\0"))), "character 1 is NUL");
    refused(Map.of("k\0", 1), "character 2 is NUL");
  }

  @Test
  void halfAPairIsFound() {
    refused("x\ud83d", "character 2 is half");
    refused("\ude00x", "character 1 is half");
    refused("\ud83d\ud83d\ude00", "character 1 is half");
  }

  private static void refused(Object value, String because) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> StorableText.require("name", value))
        .withMessageContaining("name: " + because);
  }
}
