package io.penstock.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.FileObjectStore;
import io.penstock.audit.Samples;
import io.penstock.audit.keep.Grouping;
import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.KeptIds;
import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.TestIds;
import io.penstock.audit.search.RecordIndex;
import io.penstock.audit.search.RecordSearch;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
import io.penstock.model.audit.RecordBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailKeepingTest {
  private static final Grouping GROUPING =
      new Grouping(Duration.ofMillis(1), 500, Duration.ofSeconds(10));

  @TempDir Path directory;
  private FileObjectStore objects;
  private KeptIds ids;
  private Service service;

  @BeforeEach
  void start() {
    objects = new FileObjectStore(directory.resolve("objects"));
    directory.resolve("objects").toFile().mkdirs();
    ids = TestIds.open(directory.resolve("ids"));
    service = new Service(Duration.ofHours(1));
  }

  @AfterEach
  void stop() {
    service.keeping.stop();
    ids.close();
  }

  @Test
  void indexThatWasDeletedIsBuiltFromTheSegments() throws IOException {
    service.receive(1, 2);
    service.receive(3);
    service.keeping.stop();
    deleteIndex();

    service = new Service(Duration.ofHours(1));

    service.awaitFound(1, 2, 3);
    service.receive(2, 3, 4);
    service.awaitFound(1, 2, 3, 4);
    assertThat(segmentCount()).isEqualTo(3);
  }

  @Test
  void indexThatIsThereReadsOnlyTheTail() {
    service.receive(1);
    service.receive(2);
    service.receive(3);
    service.keeping.stop();
    otherWriterKeeps(4);
    objects.opened.set(0);

    service = new Service(Duration.ofHours(1));

    service.awaitFound(1, 2, 3, 4);
    assertThat(objects.opened).as("segment 4, and the one that is not there yet").hasValue(2);
  }

  @Test
  void crashLosesNothing() {
    service.receive(1);
    service.index.close(); // without a commit, as a killed process would leave it

    Service next = new Service(Duration.ofHours(1));

    next.awaitFound(1);
    next.receive(1, 2);
    next.awaitFound(1, 2);
    next.keeping.stop();
    assertThat(segmentCount()).isEqualTo(2);
  }

  @Test
  void whatAnotherWriterKeepsIsFoundHereToo() {
    service.keeping.stop();
    service = new Service(Duration.ofMillis(50));
    service.receive(1);

    otherWriterKeeps(2);

    service.awaitFound(1, 2);
  }

  @Test
  void storeThatIsAwayStopsReceivingUntilItIsBack() {
    service.keeping.stop();
    service = new Service(Duration.ofMillis(50));
    service.receive(1);

    objects.away = true;
    Awaitility.await().until(() -> !service.keeping.isReady() && !service.feed.running);
    assertThat(service.search.find(12, "5001")).as("the index is still there").isPresent();
    objects.away = false;

    Awaitility.await().until(() -> service.keeping.isReady() && service.feed.running);
    service.receive(2);
    service.awaitFound(1, 2);
  }

  @Test
  void queueThatIsAwayMakesUnready() {
    service.keeping.stop();
    service = new Service(Duration.ofMillis(50));

    service.feed.away = true;
    Awaitility.await().until(() -> !service.keeping.isReady());
    service.feed.away = false;

    Awaitility.await().until(service.keeping::isReady);
  }

  @Test
  void indexThatFailsIsOpenedAgain() {
    service.keeping.stop();
    service = new Service(Duration.ofMillis(50));
    service.receive(1);

    service.index.close();

    service.awaitFound(1);
  }

  private void otherWriterKeeps(long n) {
    try (RecordIndex other =
            new RecordIndex(directory.resolve("other"), "trail", Duration.ofMillis(50));
        KeptIds otherIds = TestIds.open(directory.resolve("other-ids"))) {
      other.open(Set.of());
      new Keeper(new SegmentStore(objects, "trail"), otherIds, other, GROUPING)
          .keep(List.of(Samples.event(n).build()));
    }
  }

  private int segmentCount() {
    return objects.list("trail", "audit/1/segments/").size();
  }

  private void deleteIndex() throws IOException {
    try (var files = Files.list(directory.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /** Everything but Spring, S3 and SQS. */
  private final class Service {
    final RecordIndex index =
        new RecordIndex(directory.resolve("index"), "trail", Duration.ofMillis(20));
    final RecordSearch search = new RecordSearch(index, kept -> kept);
    final PlayedFeed feed;
    final TrailKeeping keeping;

    Service(Duration interval) {
      SegmentStore segments = new SegmentStore(objects, "trail");
      Keeper keeper = new Keeper(segments, ids, index, GROUPING);
      feed = new PlayedFeed(new RecordIntake(keeper, _ -> {}));
      keeping = new TrailKeeping(segments, index, keeper, feed, interval);
      keeping.start();
      Awaitility.await().until(keeping::isReady);
    }

    void receive(long... numbers) {
      List<AuditRecord> records =
          LongStream.of(numbers).mapToObj(n -> Samples.event(n).build()).toList();
      feed.deliver(new RecordBatch(records));
    }

    void awaitFound(long... numbers) {
      Awaitility.await()
          .ignoreExceptionsMatching(
              e -> e instanceof PlatformException p && p.code() == ErrorCode.UNAVAILABLE)
          .until(
              () ->
                  LongStream.of(numbers)
                      .allMatch(n -> search.find(12, Samples.id(n).toString()).isPresent()));
    }
  }

  private static final class PlayedFeed implements RecordFeed {
    final RecordIntake intake;
    volatile boolean running;
    volatile boolean away;

    PlayedFeed(RecordIntake intake) {
      this.intake = intake;
    }

    void deliver(RecordBatch batch) {
      assertThat(running).isTrue();
      intake.receive(batch);
    }

    @Override
    public void start() {
      check();
      running = true;
    }

    @Override
    public void stop() {
      running = false;
    }

    @Override
    public void check() {
      if (away) {
        throw new PlatformException(ErrorCode.UNAVAILABLE, "The queue is away");
      }
    }
  }
}
