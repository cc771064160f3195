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
import io.penstock.audit.search.RecordIndex;
import io.penstock.model.ErrorCode;
import io.penstock.model.Json;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.RecordBatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordIntakeTest {
  @TempDir Path directory;
  private final List<UUID> confirmed = new ArrayList<>();
  private FileObjectStore objects;
  private KeptIds ids;
  private RecordIndex index;
  private RecordIntake intake;

  @BeforeEach
  void wire() {
    objects = new FileObjectStore(directory);
    ids = TestIds.open(directory.resolve("ids"));
    index = new RecordIndex(directory.resolve("index"), "trail", Duration.ofMillis(50));
    index.open(Set.of());
    var grouping = new Grouping(Duration.ofMillis(1), 500, Duration.ofSeconds(5));
    var keeper = new Keeper(new SegmentStore(objects, "trail"), ids, index, grouping);
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
}
