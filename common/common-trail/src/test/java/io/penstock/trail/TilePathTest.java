package io.penstock.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TilePathTest {

  @Test
  void numbersAreInGroupsOfThreeDigits() {
    assertThat(TilePath.hash(0, 0, 256)).isEqualTo("tile/0/000");
    assertThat(TilePath.hash(3, 1_234_067, 256)).isEqualTo("tile/3/x001/x234/067");
    assertThat(TilePath.hash(0, 1000, 7)).isEqualTo("tile/0/x001/000.p/7");
    assertThat(TilePath.entries(999, 255)).isEqualTo("tile/entries/999.p/255");
    assertThat(TilePath.entries(1_000_000, 256)).isEqualTo("tile/entries/x001/x000/000");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 7, 999, 1000, 999_999, 1_000_000, 1_234_567_890_123L})
  void pathThatIsWrittenIsRead(long index) {
    for (int level : new int[] {TilePath.ENTRIES, 0, 7}) {
      for (int width : new int[] {1, 255, 256}) {
        TilePath path = new TilePath(level, index, width);

        assertThat(TilePath.parse(path.toString())).contains(path);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tile/8/000",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/../000",
        "tile/entries",
        "tile/0/x999/x999/x999/x999/x999/x999/999",
        "checkpoint"
      })
  void whatIsNoPathOfATileIsNone(String path) {
    assertThat(TilePath.parse(path).filter(tile -> !tile.toString().equals(path))).isEmpty();
    if (!path.contains("x999")) {
      assertThat(TilePath.parse(path)).isEmpty();
    }
  }

  @Test
  void tileOfNoWidthIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new TilePath(0, 0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new TilePath(0, 0, 257));
    assertThatIllegalArgumentException().isThrownBy(() -> new TilePath(0, -1, 256));
  }
}
