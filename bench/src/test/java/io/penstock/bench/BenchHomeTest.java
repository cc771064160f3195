package io.penstock.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchHomeTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void whatAnEarlierRunLeftIsWiped() throws IOException {
    Path home = directory.resolve("home");
    BenchHome.wiped(home);
    Files.createDirectories(home.resolve("warehouse/data"));
    Files.writeString(home.resolve("warehouse/data/PG_VERSION"), "18");

    BenchHome.wiped(home);

    assertThat(home.resolve("warehouse")).doesNotExist();
  }

  @Test
  void somebodysFolderIsNot() throws IOException {
    Path mine = Files.writeString(directory.resolve("thesis.txt"), "three years of work");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> BenchHome.wiped(directory))
        .withMessageContaining("is not wiped");

    assertThat(mine).exists();
  }
}
