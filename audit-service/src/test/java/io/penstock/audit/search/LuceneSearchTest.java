package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.penstock.audit.Samples;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.model.audit.AuditRecord;
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
  private static final int RECORDS = 400;
  private static final int WORDS_OF_EACH = 20;

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
          IntStream.range(0, RECORDS)
              .mapToObj(n -> Samples.event(n).message(words(n)).build())
              .toArray(AuditRecord[]::new));
      RecordSearch search = new RecordSearch(index, kept -> kept, () -> endsAtLook(RECORDS / 10));

      assertThatExceptionOfType(PlatformException.class)
          .isThrownBy(() -> TestIndex.page(search, Queries.of(12).query(query).build()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
          .withMessageContaining("took too long");
      assertThat(TestIndex.page(search, Queries.of(12).query("message:w7").build()).records())
          .as("what has few terms ends in time")
          .hasSize(1);
    }
  }

  /** Other ones in each record. */
  private static String words(int record) {
    return IntStream.range(record * WORDS_OF_EACH, (record + 1) * WORDS_OF_EACH)
        .mapToObj(number -> "w" + number)
        .collect(Collectors.joining(" "));
  }

  private static QueryTimeout endsAtLook(int last) {
    AtomicInteger looks = new AtomicInteger();
    return () -> looks.incrementAndGet() >= last;
  }
}
