package io.penstock.storage.access;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.access.ProjectPlaces.Place;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProjectPlacesTest {
  private final ProjectPlaces places = ProjectPlaces.few("exports", 8, 2);

  @Test
  void projectThatHasItsPlacesKeepsNoOtherOut() {
    fill(1);

    assertRefused(1, ErrorCode.TOO_MANY_REQUESTS, "2 exports of this project are under way");
    places.take(2).close();
  }

  @Test
  void placesInAllStayLimited() {
    Place first = fill(1).getFirst();
    List.of(2, 3, 4).forEach(this::fill);

    assertRefused(9, ErrorCode.UNAVAILABLE, "Too many exports are under way");
    first.close();
    Place ninth = places.take(9);
    assertRefused(1, ErrorCode.UNAVAILABLE, "Too many exports are under way");
    ninth.close();
  }

  @Test
  void placeThatWasLeftIsFreeAgain() {
    fill(1).forEach(Place::close);

    fill(1);
    assertRefused(1, ErrorCode.TOO_MANY_REQUESTS, "wait until one has ended");
  }

  @Test
  void whoeverIsPatientGetsThePlaceThatAnotherLeaves() throws Exception {
    List<Place> taken = fill(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> places.take(1, Duration.ofSeconds(30)));
      assertRefused(1, ErrorCode.TOO_MANY_REQUESTS, "wait until one has ended");

      taken.getFirst().close();

      waiting.get(10, SECONDS).close();
    }
    places.take(1).close();
  }

  @Test
  void somethingLargeTakesSeveralAtOnce() throws Exception {
    ProjectPlaces parts = new ProjectPlaces("parts", 8);
    Place five = parts.take(1, 5, Duration.ZERO);
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> parts.take(1, 2, Duration.ZERO))
        .withMessageContaining("5 parts of this project are under way");
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> parts.take(2, 4, Duration.ZERO))
        .withMessageContaining("Too many parts are under way");
    parts.take(2, 3, Duration.ZERO).close();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var waiting = threads.submit(() -> parts.take(2, 6, Duration.ofSeconds(30)));

      five.close();

      waiting.get(10, SECONDS).close();
    }
    assertThatIllegalArgumentException().isThrownBy(() -> parts.take(1, 7, Duration.ZERO));
    parts.take(1, 6, Duration.ZERO).close();
  }

  @Test
  void patienceEnds() {
    fill(1);

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> places.take(1, Duration.ofMillis(20)))
        .withMessageContaining("wait until one has ended");
  }

  @Test
  void projectMayHaveThreeQuartersRoundedUpAndNeverAll() {
    assertThat(placesOfOne(new ProjectPlaces("uploads", 16))).isEqualTo(12);
    assertThat(placesOfOne(new ProjectPlaces("uploads", 6))).isEqualTo(5);
    assertThat(placesOfOne(new ProjectPlaces("uploads", 3))).isEqualTo(2);
    assertThat(placesOfOne(new ProjectPlaces("uploads", 2))).isEqualTo(1);
    assertThat(placesOfOne(new ProjectPlaces("uploads", 1))).isEqualTo(1);
  }

  private static long placesOfOne(ProjectPlaces some) {
    long taken = 0;
    try {
      while (true) {
        Place _ = some.take(1);
        taken++;
      }
    } catch (PlatformException e) {
      return taken;
    }
  }

  private List<Place> fill(int project) {
    return IntStream.range(0, 2).mapToObj(_ -> places.take(project)).toList();
  }

  private void assertRefused(long project, ErrorCode code, String advice) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> places.take(project))
        .withMessageContaining(advice)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
  }
}
