package io.penstock.trail;

/** How large the files of a log can be: whoever reads one of somebody else's stops there. */
public final class FileLimits {
  private static final int LARGEST_NOTE = 1_000_000;
  private static final int LARGEST_OTHER = 256 << 20;

  private FileLimits() {}

  /** The most bytes that can stand at a path such as {@code tile/0/000}. */
  public static int largest(String path) {
    if (path.startsWith("checkpoint")) {
      return LARGEST_NOTE;
    }
    return TilePath.parse(path).map(FileLimits::largest).orElse(LARGEST_OTHER);
  }

  private static int largest(TilePath tile) {
    int each = tile.isEntries() ? 2 + EntryBundle.LARGEST_ENTRY : Hash.BYTES;
    return tile.width() * each;
  }

  /** What is said of a larger one. */
  public static IllegalArgumentException exceeded(String path) {
    return new IllegalArgumentException(
        "%s is larger than %,d bytes, the most that can stand there"
            .formatted(path, largest(path)));
  }
}
