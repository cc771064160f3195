package io.penstock.storage.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NewBucketTest {
  private static NewBucket of(Map<String, Object> params) {
    return NewBucket.of(new Params(params, true), "postgres");
  }

  @Test
  void nameGetsItsPrefixAndStageDefaultsToIn() {
    assertThat(of(Map.of("name", "main")))
        .isEqualTo(new NewBucket("in", "c-main", "main", "", null, null));
  }

  @Test
  void prefixedNameIsPrefixedAgain() {
    assertThat(of(Map.of("name", "c-main", "stage", "out")).name()).isEqualTo("c-c-main");
  }

  @ParameterizedTest
  @CsvSource({
    "name, ''",
    "name, a.b",
    "name, a b",
    "name, ä",
    "stage, middle",
    "backend, snowflake",
    "displayName, _x",
    "displayName, a b"
  })
  void badValuesAreRefused(String field, String value) {
    Map<String, Object> params = new java.util.HashMap<>(Map.of("name", "main"));
    params.put(field, value);

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> of(params))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUCKET_VALIDATION))
        .withMessageContaining(field);
  }

  @Test
  void displayNameIsRefusedInTheContractsWords() {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> of(Map.of("name", "main", "displayName", "a b")))
        .withMessage(
            "Invalid data - displayName: Only alphanumeric characters dash and underscores are"
                + " allowed.");
  }

  @Test
  void linkingNeedsProjectAndBucket() {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> of(Map.of("name", "main", "sourceBucketId", "in.c-x")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUCKET_VALIDATION));
  }
}
