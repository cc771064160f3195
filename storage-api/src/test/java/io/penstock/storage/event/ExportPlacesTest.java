package io.penstock.storage.event;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class ExportPlacesTest {
  private final ExportPlaces places = new ExportPlaces();

  @Test
  void projectThatHasItsPlacesKeepsNoOtherOut() {
    fill(1);

    assertRefused(1, ErrorCode.TOO_MANY_REQUESTS, "wait until one has ended");
    assertThatNoException().isThrownBy(() -> places.take(2));
  }

  @Test
  void placesInAllStayLimited() {
    for (long project = 1; project <= ExportPlaces.IN_ALL / ExportPlaces.OF_A_PROJECT; project++) {
      fill(project);
    }

    assertRefused(9, ErrorCode.UNAVAILABLE, "try again later");
    places.leave(1);
    assertThatNoException().isThrownBy(() -> places.take(9));
    assertRefused(1, ErrorCode.UNAVAILABLE, "try again later");
  }

  @Test
  void placeThatWasLeftIsFreeAgain() {
    fill(1);
    places.leave(1);
    places.leave(1);

    fill(1);
    assertRefused(1, ErrorCode.TOO_MANY_REQUESTS, "wait until one has ended");
  }

  private void fill(long project) {
    for (int i = 0; i < ExportPlaces.OF_A_PROJECT; i++) {
      places.take(project);
    }
  }

  private void assertRefused(long project, ErrorCode code, String advice) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> places.take(project))
        .withMessageContaining(advice)
        .satisfies(e -> Assertions.assertThat(e.code()).isEqualTo(code));
  }
}
