package io.penstock.audit.keep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.audit.FileObjectStore;
import io.penstock.audit.Samples;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeeperTest {
  private static final Grouping GROUPING =
      new Grouping(Duration.ofMillis(20), 500, Duration.ofSeconds(20));
  private static final Trail TRAIL = new Trail("1");

  @TempDir Path directory;
  private final List<KeptIds> opened = new ArrayList<>();
  private FileObjectStore objects;
  private SegmentStore segments;

  @BeforeEach
  void store() {
    objects = new FileObjectStore(directory);
    segments = new SegmentStore(objects, "trail");
  }

  @AfterEach
  void close() {
    opened.forEach(KeptIds::close);
  }

  @Test
  void recordsStandInTheTrailOfTheirOrganisation() {
    Keeper keeper = keeper();

    keeper.keep(
        List.of(
            Samples.event(1).build(),
            Samples.event(2).organisation(2L).build(),
            Samples.event(3).organisation(null).build()));

    assertThat(segments.trails()).containsExactlyInAnyOrder(TRAIL, new Trail("2"), Trail.PLATFORM);
    assertThat(chain(TRAIL)).containsExactly(Samples.id(1));
    assertThat(chain(new Trail("2"))).containsExactly(Samples.id(2));
    assertThat(chain(Trail.PLATFORM)).containsExactly(Samples.id(3));
  }

  @Test
  void recordDeliveredTwiceStandsOnce() {
    Keeper keeper = keeper();
    var records = List.of(Samples.event(1).build(), Samples.event(2).build());

    keeper.keep(records);
    keeper.keep(records);
    keeper.keep(
        List.of(Samples.event(2).build(), Samples.event(2).build(), Samples.event(3).build()));

    assertThat(chain(TRAIL)).containsExactly(Samples.id(1), Samples.id(2), Samples.id(3));
  }

  @Test
  void recordsOfOneWindowShareASegment() throws Exception {
    Keeper keeper = keeper();
    var each = LongStream.range(0, 200).mapToObj(n -> List.of(Samples.event(n).build())).toList();

    keepAtOnce(List.of(keeper), each);

    assertThat(chain(TRAIL)).hasSize(200);
    assertThat(objects.list("trail", "audit/1/segments/")).hasSizeLessThan(40);
  }

  @Test
  void nothingIsWrittenInThePlaceOfASegmentThatIsGone() throws IOException {
    Keeper before = keeper();
    for (int n = 0; n < 4; n++) {
      before.keep(List.of(Samples.event(n).build()));
    }
    Path gone = directory.resolve("trail").resolve(SegmentStore.key(TRAIL, 2));
    byte[] lines = Files.readAllBytes(gone);
    Files.delete(gone);

    Keeper keeper = keeper(); // on a new disk: neither ids nor index are there
    keeper.catchUp();

    assertThat(keeper.broken()).containsOnlyKeys(TRAIL);
    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> keeper.keep(List.of(Samples.event(9).build())));
    assertThatExceptionOfType(PlatformException.class)
        .as("one that never looked before")
        .isThrownBy(() -> keeper().keep(List.of(Samples.event(9).build())));
    assertThat(gone).doesNotExist();
    Files.write(gone, lines);
    keeper.catchUp();
    keeper.keep(List.of(Samples.event(9).build()));
    assertThat(keeper.broken()).isEmpty();
    assertThat(chain(TRAIL)).hasSize(5);
  }

  @Test
  void twoWritersOnOneStoreKeepEveryRecordOnce() throws Exception {
    var each = LongStream.range(0, 300).mapToObj(n -> List.of(Samples.event(n).build())).toList();

    keepAtOnce(List.of(keeper(), keeper()), each);

    assertThat(chain(TRAIL)).hasSize(300).doesNotHaveDuplicates();
  }

  @Test
  void writeWhoseAnswerWasLostIsNotRepeated() {
    Keeper keeper = keeper();
    objects.lostAnswers.set(1);
    var records = List.of(Samples.event(1).build());

    assertThatExceptionOfType(PlatformException.class).isThrownBy(() -> keeper.keep(records));
    keeper.keep(records);

    assertThat(chain(TRAIL)).containsExactly(Samples.id(1));
  }

  @Test
  void writerThatRanOutOfMemoryGoesOn() throws Exception {
    AtomicInteger failures = new AtomicInteger(3);
    Projection index = new MemoryProjection();
    Projection poor =
        new Projection() {
          @Override
          public long next(Trail trail) {
            return index.next(trail);
          }

          @Override
          public void apply(Segment segment) {
            if (failures.getAndDecrement() > 0) {
              throw new OutOfMemoryError("on purpose");
            }
            index.apply(segment);
          }
        };
    KeptIds ids = TestIds.open(directory.resolve("ids-poor"));
    opened.add(ids);
    Keeper keeper = new Keeper(segments, ids, poor, GROUPING);
    try (var threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> calls = new ArrayList<>();
      for (int n = 0; n < 8; n++) {
        List<AuditRecord> one = List.of(Samples.event(n).build());
        calls.add(threads.submit(() -> keeper.keep(one)));
      }
      for (Future<?> call : calls) {
        try {
          call.get(10, TimeUnit.SECONDS); // nobody spins, whoever failed says so
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(PlatformException.class);
        }
      }
    }
    failures.set(0);

    for (int n = 0; n < 8; n++) {
      keeper.keep(List.of(Samples.event(n).build()));
    }
    keeper.catchUp();

    assertThat(chain(TRAIL)).hasSize(8).doesNotHaveDuplicates();
  }

  @Test
  void nobodyIsToldThatARecordIsKeptWhileTheStoreIsAway() {
    Keeper keeper = keeper();
    objects.away = true;

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> keeper.keep(List.of(Samples.event(1).build())));
    objects.away = false;
    keeper.keep(List.of(Samples.event(1).build()));

    assertThat(chain(TRAIL)).containsExactly(Samples.id(1));
  }

  @Test
  void newProjectionCatchesUpAndTheTrailGoesOn() {
    keeper().keep(List.of(Samples.event(1).build(), Samples.event(2).build()));

    Keeper later = keeper();
    later.catchUp();
    later.keep(List.of(Samples.event(2).build(), Samples.event(3).build()));

    assertThat(chain(TRAIL)).containsExactly(Samples.id(1), Samples.id(2), Samples.id(3));
  }

  @Test
  void lostIdsAreMadeFromTheSegmentsAndSoIsALostProjection() {
    KeptIds ids = TestIds.open(directory.resolve("lasting"));
    opened.add(ids);
    MemoryProjection projection = new MemoryProjection();
    Keeper first = new Keeper(segments, ids, projection, GROUPING);
    first.keep(List.of(Samples.event(1).build()));
    first.keep(List.of(Samples.event(2).build()));

    for (Keeper next :
        List.of(
            new Keeper(segments, lostIds(), projection, GROUPING),
            new Keeper(segments, ids, new MemoryProjection(), GROUPING))) {
      next.keep(List.of(Samples.event(1).build(), Samples.event(2).build()));
      next.catchUp();
      next.keep(List.of(Samples.event(2).build(), Samples.event(3).build()));
      assertThat(next.sizes()).containsEntry(TRAIL, 3L);
    }

    assertThat(chain(TRAIL)).containsExactly(Samples.id(1), Samples.id(2), Samples.id(3));
  }

  private KeptIds lostIds() {
    KeptIds ids = TestIds.open(directory.resolve("lost"));
    opened.add(ids);
    return ids;
  }

  private Keeper keeper() {
    KeptIds ids = TestIds.open(directory.resolve("ids-" + opened.size()));
    opened.add(ids);
    return new Keeper(segments, ids, new MemoryProjection(), GROUPING);
  }

  /** Every keeper keeps every batch, all at the same time. */
  private static void keepAtOnce(List<Keeper> keepers, List<List<AuditRecord>> batches)
      throws Exception {
    List<Callable<Boolean>> tasks = new ArrayList<>();
    for (List<AuditRecord> batch : batches) {
      for (Keeper keeper : keepers) {
        tasks.add(
            () -> {
              keeper.keep(batch);
              return true;
            });
      }
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Boolean> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isTrue();
      }
    }
  }

  /** The ids of a trail, read as anybody can read it: from key to key. */
  private List<UUID> chain(Trail trail) {
    List<UUID> ids = new ArrayList<>();
    Optional<Segment> segment = segments.read(trail, 0);
    while (segment.isPresent()) {
      segment.get().records().forEach(record -> ids.add(record.id()));
      segment = segments.read(trail, segment.get().next());
    }
    return ids;
  }
}
