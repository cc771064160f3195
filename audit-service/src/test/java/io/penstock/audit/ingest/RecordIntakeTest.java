package io.penstock.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.audit.FileObjectStore;
import io.penstock.audit.Samples;
import io.penstock.audit.keep.Grouping;
import io.penstock.audit.keep.Keeper;
import io.penstock.audit.keep.KeptIds;
import io.penstock.audit.keep.SegmentStore;
import io.penstock.audit.keep.TestIds;
import io.penstock.audit.keep.Trail;
import io.penstock.audit.search.RecordIndex;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.RecordBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordIntakeTest {
  private static final List<Object> UNREADABLE =
      new AbstractList<>() {
        @Override
        public Object get(int index) {
          throw new IllegalStateException("on purpose");
        }

        @Override
        public int size() {
          return 1;
        }
      };

  @TempDir Path directory;
  private final List<UUID> confirmed = new ArrayList<>();
  private FileObjectStore objects;
  private KeptIds ids;
  private RecordIndex index;
  private Keeper keeper;
  private RecordIntake intake;

  @BeforeEach
  void wire() {
    objects = new FileObjectStore(directory);
    ids = TestIds.open(directory.resolve("ids"));
    index = new RecordIndex(directory.resolve("index"), "trail", Duration.ofMillis(50));
    index.open(Set.of());
    var grouping = new Grouping(Duration.ofMillis(1), 500, Duration.ofSeconds(5));
    keeper = new Keeper(new SegmentStore(objects, "trail"), ids, index, grouping);
    intake = new RecordIntake(keeper, confirmation -> confirmed.addAll(confirmation.ids()));
  }

  @AfterEach
  void close() {
    index.close();
    ids.close();
  }

  @Test
  void batchDeliveredTwiceIsKeptOnceAndConfirmedTwice() {
    var batch = new RecordBatch(List.of(Samples.event(1).build()));

    intake.receive(batch);
    intake.receive(batch);

    assertThat(confirmed).containsExactly(Samples.id(1), Samples.id(1));
    assertThat(objects.list("trail", "audit/1/segments/")).hasSize(1);
  }

  @Test
  void nothingIsConfirmedBeforeItIsDurable() {
    objects.away = true;

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> intake.receive(new RecordBatch(List.of(Samples.event(1).build()))));

    assertThat(confirmed).isEmpty();
  }

  @Test
  void recordThatIsNotWholeNeverGetsIn() {
    String whole = Json.write(Samples.event(1).build());
    var batch =
        Json.read(
            "{\"records\":[%s,{\"id\":\"%s\"}]}".formatted(whole, Samples.id(2)),
            RecordBatch.class);

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> intake.receive(batch))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST));

    assertThat(confirmed).containsExactly(Samples.id(1));
  }

  @Test
  void recordThatNoEntryCanHoldKeepsNothingElseOut() {
    var unfit = Samples.event(2).params(Map.of("list", UNREADABLE)).build();
    var batch = new RecordBatch(List.of(Samples.event(1).build(), unfit, Samples.event(3).build()));

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> intake.receive(batch))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST))
        .withMessageContaining(Samples.id(2).toString());

    assertThat(confirmed).containsExactly(Samples.id(1), Samples.id(3));
    assertThat(objects.list("trail", "audit/1/segments/")).hasSize(1);
  }

  @Test
  void trailThatCannotBeFollowedKeepsNoOtherOut() throws IOException {
    String segment = "audit/2/segments/00000000000000000000";
    objects.put("trail", segment, "no record\n".getBytes(StandardCharsets.UTF_8), "");
    objects.put("trail", "audit/trails/2", new byte[0], "");
    keeper.catchUp();
    assertThat(keeper.broken()).containsOnlyKeys(new Trail("2"));
    var ofBroken = Samples.event(2).organisation(2L).build();
    var batch = new RecordBatch(List.of(ofBroken, Samples.event(1).build()));

    intake.receive(batch);

    assertThat(confirmed).as("the other one is sent again").containsExactly(Samples.id(1));
    Files.delete(directory.resolve("trail").resolve(segment));
    keeper.catchUp();
    assertThat(keeper.broken()).isEmpty();
    intake.receive(batch);
    assertThat(confirmed).contains(Samples.id(2));
  }

  @Test
  void trailThatFailsForTheFirstTimeKeepsNoOtherOut() {
    String segment = "audit/2/segments/00000000000000000000";
    objects.put("trail", segment, "no record\n".getBytes(StandardCharsets.UTF_8), "");
    var ofBroken = Samples.event(2).organisation(2L).build();
    var batch = new RecordBatch(List.of(ofBroken, Samples.event(1).build()));

    assertThatExceptionOfType(PlatformException.class)
        .isThrownBy(() -> intake.receive(batch))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));

    assertThat(confirmed).containsExactly(Samples.id(1));
  }

  @Test
  void batchesOfOneGroupDoNotShareARecordThatNoEntryCanHold() throws Exception {
    var unfit = Samples.event(2).params(Map.of("list", UNREADABLE)).build();
    try (var threads = Executors.newFixedThreadPool(2)) {
      var broken = threads.submit(() -> intake.receive(new RecordBatch(List.of(unfit))));
      var sound =
          threads.submit(() -> intake.receive(new RecordBatch(List.of(Samples.event(1).build()))));

      sound.get(10, TimeUnit.SECONDS);
      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> broken.get(10, TimeUnit.SECONDS))
          .withCauseInstanceOf(PlatformException.class);
    }
  }
}
