package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.penstock.audit.Samples;
import io.penstock.audit.keep.Segment;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.KeptRecord;
import io.penstock.model.audit.RecordQuery;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ElasticIndexIT extends IndexContract {
  private static final long MONTH = Duration.ofDays(31).toSeconds();

  private final TestCluster cluster = TestCluster.create();

  @Override
  SearchIndex index(String origin) {
    return cluster.index(origin);
  }

  @Test
  void eachMonthHasAnIndexAndAllAreSearchedTogether() throws IOException {
    index.apply(segment(0, 1, 2, MONTH));
    index.completed();

    assertThat(found()).containsExactly(MONTH, 2L, 1L);
    assertThat(indices()).hasSize(2).anyMatch(name -> name.endsWith("-2030.01-000001"));
    assertThat(documents("2030.01")).isEqualTo(2);
    assertThat(documents("2030.02")).isEqualTo(1);
  }

  @Test
  void monthsGoWhenTheirTimeIsOverAndStayAway() throws IOException {
    index.apply(segment(0, 1, MONTH));
    index.commit();
    index.close();
    cluster.now = Instant.parse("2030-03-20T00:00:00Z");

    index = cluster.index("bucket", Duration.ofDays(40));
    index.open(Set.of(TRAIL));
    index.commit();
    index.completed();

    assertThat(indices()).noneMatch(name -> name.contains("2030.01"));
    assertThat(found()).containsExactly(MONTH);
    index.open(Set.of(TRAIL));
    assertThat(index.next(TRAIL)).as("is not made anew").isEqualTo(2);
    index.apply(segment(2, 3, MONTH + 1));
    index.completed();
    assertThat(found()).as("records that are too old are not taken").hasSize(2);
    assertThat(indices()).noneMatch(name -> name.contains("2030.01"));
  }

  @Test
  void indexThatLostAMonthIsMadeAnew() throws IOException {
    index.apply(FIRST);
    index.commit();
    delete("2030.01");

    index.open(Set.of(TRAIL));

    assertThat(index.next(TRAIL)).isZero();
    index.apply(FIRST);
    index.completed();
    assertThat(found()).containsExactly(1L);
    assertThat(indices()).as("the lost one's rest is gone").hasSize(1);
  }

  @Test
  void indexThatIsDeletedUnderWayIsNotWrittenWithoutItsFields() throws IOException {
    index.apply(FIRST);
    index.commit();
    delete("2030.01");

    try {
      index.apply(SECOND);
    } catch (PlatformException e) { // it has been noticed already
      assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    Awaitility.await().until(() -> !index.isUsable());
    assertThat(indices()).isEmpty();
    assertUnavailable(() -> index.commit());
  }

  @Test
  void searchThatMissesItsIndexMakesItUnusable() throws IOException {
    index.completed();
    delete("2030.01");

    assertUnavailable(this::found);

    assertThat(index.isUsable()).isFalse();
  }

  @Test
  void twoWritersFillOneIndex() {
    try (SearchIndex other = cluster.index("bucket")) {
      other.open(Set.of(TRAIL));
      index.apply(FIRST);
      index.apply(SECOND);
      other.apply(FIRST);
      index.commit();
      other.commit();
      other.open(Set.of(TRAIL));
      assertThat(other.next(TRAIL)).as("the furthest of both").isEqualTo(2);
      index.completed();
      assertThat(found()).containsExactly(2L, 1L);
    }
  }

  @Test
  void writerOfAReplacedGenerationStops() {
    index.apply(FIRST);
    index.commit();
    try (SearchIndex other = cluster.index("other-bucket")) {
      other.open(Set.of());
      other.completed();

      index.apply(SECOND);

      assertUnavailable(() -> index.commit());
      assertThat(index.isUsable()).isFalse();
      assertThat(other.next(TRAIL)).isZero();
    }
  }

  @Test
  void pagesHaveNoWindow() {
    int many = 10_500;
    for (int first = 0; first < many; first += 500) {
      index.apply(segment(first, LongStream.range(first, first + 500).toArray()));
    }
    index.commit();
    index.completed();
    RecordFinder search = TestIndex.finder(index);

    var deep = TestIndex.page(search, Queries.of(12).page(3, many - 2).build());
    assertThat(TestIndex.seconds(deep)).containsExactly(1L, 0L);
    assertThat(deep.total()).isEqualTo(many);
    List<Long> all = new ArrayList<>();
    RecordQuery.Place place = null;
    List<KeptRecord> page;
    do {
      page = TestIndex.page(search, Queries.of(12).page(4_000, 0).after(place).build()).records();
      page.forEach(kept -> all.add(kept.index()));
      place = page.isEmpty() ? null : RecordQuery.Place.of(page.getLast().record());
    } while (place != null);
    assertThat(all).hasSize(many).doesNotHaveDuplicates();
  }

  @Test
  void nodeThatIsKilledLosesNothingThatWasCommitted() throws Exception {
    index.apply(segment(0, 1, 2, 3));
    index.commit();
    index.completed();
    index.apply(segment(3, 4, 5));
    ElasticNode.shared().kill();
    assertUnavailable(this::found);
    assertThat(catchThrowable(() -> index.apply(segment(5, 6))))
        .satisfiesAnyOf(
            nothing -> assertThat(nothing).isNull(),
            thrown -> assertThat(thrown).isInstanceOf(PlatformException.class));
    assertUnavailable(() -> index.commit());
    assertUnavailable(() -> index.open(Set.of(TRAIL)));

    ElasticNode.shared().startAgain();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> {
              index.open(Set.of(TRAIL));
              return true;
            });

    assertThat(index.next(TRAIL)).isEqualTo(3);
    index.apply(segment(3, 4, 5));
    index.apply(segment(5, 6));
    index.completed();
    assertThat(found()).containsExactly(6L, 5L, 4L, 3L, 2L, 1L);
  }

  private static Segment segment(long first, long... seconds) {
    List<AuditRecord> records =
        LongStream.of(seconds).mapToObj(n -> Samples.event(n).build()).toList();
    return new Segment(TRAIL, first, records);
  }

  private static void assertUnavailable(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  private Set<String> indices() throws IOException {
    return cluster
        .client
        .indices()
        .getAlias(g -> g.index(cluster.prefix + "-v*"))
        .aliases()
        .keySet();
  }

  private long documents(String month) throws IOException {
    return cluster.client.count(c -> c.index(cluster.prefix + "-v*-" + month + "*")).count();
  }

  private void delete(String month) throws IOException {
    for (String index : indices()) {
      if (index.contains(month)) {
        var _ = cluster.client.indices().delete(d -> d.index(index));
      }
    }
  }
}
