package io.penstock.audit.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordIndexTest extends IndexContract {
  @TempDir Path directory;

  @Override
  SearchIndex index(String origin) {
    return new RecordIndex(directory, origin, Duration.ofMillis(50));
  }

  @Test
  void brokenIndexIsMadeAnew() throws IOException {
    index.apply(FIRST);
    index.commit();
    index.close();
    try (var files = Files.list(directory)) {
      for (Path file :
          files.filter(f -> f.getFileName().toString().startsWith("segments_")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }

    index.open(Set.of(TRAIL));

    assertThat(index.next(TRAIL)).isZero();
    index.apply(FIRST);
    index.completed();
    assertThat(found()).containsExactly(1L);
  }
}
