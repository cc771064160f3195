package io.penstock.audit.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.audit.Samples;
import io.penstock.model.Json;
import io.penstock.model.audit.RecordBatch;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqsRecordFeedTest {

  @Test
  void recordThatCannotBeReadCostsNoOtherOfItsBatch() {
    var first = Samples.event(1).build();
    var second = Samples.event(2).build();
    String text =
        "{\"records\":[%s,{\"id\":\"%s\",\"time\":\"yesterday\"},%s]}"
            .formatted(Json.write(first), Samples.id(7), Json.write(second));

    assertThat(SqsRecordFeed.readable(text)).isEqualTo(new RecordBatch(List.of(first, second)));
  }
}
