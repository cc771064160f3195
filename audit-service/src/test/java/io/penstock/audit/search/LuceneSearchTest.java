package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.audit.Samples;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.index.QueryTimeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LuceneSearchTest extends SearchContract {
  private static final int WORDS = 8_000;

  @Override
  TestIndex index(Path directory) {
    return new TestIndex(directory);
  }

  @ParameterizedTest
  @ValueSource(strings = {"w*", "message:w*", "w*1*"})
  void searchIsGivenUpWhileItsTermsAreLookedUp(String query, @TempDir Path directory) {
    RecordIndex index = new RecordIndex(directory, "test", Duration.ofMillis(20));
    try (TestIndex filled = new TestIndex(index)) {
      filled.add(
          Samples.event(2).build(), // or the first word would be found in every record
          Samples.event(1)
              .message(
                  IntStream.range(0, WORDS).mapToObj(i -> "w" + i).collect(Collectors.joining(" ")))
              .build());
      RecordSearch search = new RecordSearch(index, () -> endsAtLook(WORDS / 200));

      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> TestIndex.page(search, Queries.of(12).query(query).build()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
          .withMessageContaining("took too long");
      assertThat(TestIndex.page(search, Queries.of(12).query("message:w7").build()).records())
          .as("what has few terms ends in time")
          .hasSize(1);
    }
  }

  private static QueryTimeout endsAtLook(int last) {
    AtomicInteger looks = new AtomicInteger();
    return () -> looks.incrementAndGet() >= last;
  }
}
