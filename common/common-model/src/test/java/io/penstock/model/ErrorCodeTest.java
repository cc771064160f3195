package io.penstock.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.model.ErrorCode.Category;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What clients conclude from a status and a code. */
class ErrorCodeTest {

  /** 409 is retried for ever; 5xx, but for 501, for a quarter of an hour. */
  @ParameterizedTest
  @EnumSource
  void clientsAreNotMadeToRepeatWhatCannotSucceed(ErrorCode code) {
    assertThat(code.httpStatus()).isNotEqualTo(409);
    switch (code.category()) {
      case CONFLICT -> assertThat(code.httpStatus()).isEqualTo(400);
      case CALLER -> assertThat(code.httpStatus()).isIn(400, 405, 422, 501);
      case UNAUTHENTICATED -> assertThat(code.httpStatus()).isEqualTo(401);
      case FORBIDDEN -> assertThat(code.httpStatus()).isEqualTo(403);
      case NOT_FOUND -> assertThat(code.httpStatus()).isEqualTo(404);
      case TRY_LATER -> assertThat(code.httpStatus()).isIn(429, 503);
      case OURS -> assertThat(code.httpStatus()).isEqualTo(500);
    }
  }

  @Test
  void codesAreWordsAndOnlyTheCallWithoutATokenHasNone() {
    List<ErrorCode> without =
        Arrays.stream(ErrorCode.values()).filter(code -> code.wireCode() == null).toList();

    assertThat(without).containsExactly(ErrorCode.TOKEN_MISSING);
    assertThat(ErrorCode.values())
        .extracting(ErrorCode::wireCode)
        .filteredOn(code -> code != null)
        .allMatch(code -> code.matches("[a-zA-Z]+(\\.[a-zA-Z]+)*"));
  }

  /** Go takes "gone already" and "there already" for success by the ends of their codes. */
  @Test
  void whatIsGoneOrThereAlreadySaysSoAtItsEnd() {
    assertThat(ErrorCode.values())
        .filteredOn(code -> code.category() == Category.NOT_FOUND)
        .filteredOn(code -> !String.valueOf(code.wireCode()).endsWith("otFound"))
        .containsExactly(ErrorCode.COLUMN_NOT_FOUND);
    assertThat(ErrorCode.values())
        .filteredOn(code -> code.name().endsWith("_EXISTS"))
        .filteredOn(code -> !code.name().endsWith("_NOT_EXISTS"))
        .extracting(ErrorCode::wireCode)
        .allMatch(code -> String.valueOf(code).endsWith("lreadyExists"))
        .filteredOn(code -> !String.valueOf(code).endsWith("AlreadyExists"))
        .containsExactly("storage.buckets.alreadyExists");
  }
}
