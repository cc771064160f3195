package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.audit.Samples;
import io.penstock.audit.keep.Segment;
import io.penstock.audit.keep.Trail;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every search index does; the subclass says which. */
abstract class IndexContract {
  static final Trail TRAIL = new Trail("1");
  static final Segment FIRST = new Segment(TRAIL, 0, List.of(Samples.event(1).build()));
  static final Segment SECOND = new Segment(TRAIL, 1, List.of(Samples.event(2).build()));

  SearchIndex index;

  @BeforeEach
  void open() {
    index = index("bucket");
    index.open(Set.of(TRAIL));
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void recordIsFoundAtOnce() {
    index.completed();
    assertThat(found()).isEmpty();

    index.apply(FIRST);

    assertThat(found()).containsExactly(1L);
    assertThat(index.next(TRAIL)).isEqualTo(1);
  }

  @Test
  void segmentsAreNeverLeftOut() {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> index.apply(SECOND)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatWasNotCommittedIsAppliedAgainWithoutASecondDocument() {
    index.apply(FIRST);
    index.commit();
    index.apply(SECOND);

    index.open(Set.of(TRAIL));

    assertThat(index.next(TRAIL)).isEqualTo(1);
    index.apply(SECOND);
    index.completed();
    assertThat(found()).containsExactly(2L, 1L);
  }

  @Test
  void nothingNewIsCommittedWithoutHarm() {
    index.commit();
    index.apply(FIRST);
    index.commit();
    index.commit();

    index.open(Set.of(TRAIL));

    assertThat(index.next(TRAIL)).isEqualTo(1);
  }

  @Test
  void indexOfOtherTrailsIsMadeAnew() {
    index.apply(FIRST);
    index.commit();
    index.close();
    SearchIndex other = index("other-bucket");

    other.open(Set.of(TRAIL));

    assertThat(other.next(TRAIL)).isZero();
    other.close();
  }

  @Test
  void indexThatClaimsATrailWhichIsGoneIsMadeAnew() {
    index.apply(FIRST);
    index.commit();

    index.open(Set.of());

    assertThat(index.next(TRAIL)).isZero();
    index.completed();
    assertThat(found()).isEmpty();
  }

  @Test
  void clearedIndexBeginsWithNothing() {
    index.apply(FIRST);
    index.commit();

    index.clear();

    assertThat(index.isUsable()).isFalse();
    index.open(Set.of(TRAIL));
    assertThat(index.next(TRAIL)).isZero();
    index.completed();
    assertThat(found()).isEmpty();
  }

  @Test
  void nothingIsAnsweredBeforeEverythingIsApplied() {
    RecordFinder search = TestIndex.finder(index);

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> search.find(12, "5001"))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    index.completed();

    assertThat(search.find(12, "5001")).isEmpty();
    index.close();
    assertThatExceptionOfType(PlatformException.class).isThrownBy(() -> search.find(12, "5001"));
  }

  /** The seconds of all records of the samples' project, newest first. */
  List<Long> found() {
    return TestIndex.seconds(TestIndex.page(TestIndex.finder(index), Queries.of(12).build()));
  }

  /** A closed index, always the same one, for the trails of a store. */
  abstract SearchIndex index(String origin);
}
