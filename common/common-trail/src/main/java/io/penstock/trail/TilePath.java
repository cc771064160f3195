package io.penstock.trail;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a tile stands: {@code tile/{level}/{index}}, with {@code .p/{width}} while it is partial.
 *
 * @param level 0 for leaf hashes, n for the roots of tiles of level n - 1; {@link #ENTRIES} for a
 *     bundle of entries
 * @param width how many hashes or entries it holds, 1 to 256
 */
public record TilePath(int level, long index, int width) {
  public static final int FULL = 256;

  /** Stands in the place of a level for bundles of entries. */
  public static final int ENTRIES = -1;

  /** 256 to the power of 8 exceeds every index. */
  private static final int HIGHEST_LEVEL = 7;

  private static final Pattern PATH =
      Pattern.compile(
          "tile/(entries|[0-7])/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\\.p/([1-9][0-9]{0,2}))?");

  public TilePath {
    if (level < ENTRIES || level > HIGHEST_LEVEL || index < 0 || width < 1 || width > FULL) {
      throw new IllegalArgumentException(
          "No tile: level %d, index %d, width %d".formatted(level, index, width));
    }
  }

  public static String hash(int level, long index, int width) {
    return new TilePath(level, index, width).toString();
  }

  public static String entries(long index, int width) {
    return new TilePath(ENTRIES, index, width).toString();
  }

  /** Empty when the path is not exactly one that this class writes. */
  public static Optional<TilePath> parse(String path) {
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String level = matcher.group(1);
    String width = matcher.group(3);
    long index = 0;
    for (String digits : matcher.group(2).replace("x", "").split("/", -1)) {
      if (index > Long.MAX_VALUE / 1000 - 1) {
        return Optional.empty();
      }
      index = index * 1000 + Integer.parseInt(digits);
    }
    int wide = width == null ? FULL : Integer.parseInt(width);
    if (wide > FULL) {
      return Optional.empty();
    }
    TilePath tile =
        new TilePath(level.equals("entries") ? ENTRIES : Integer.parseInt(level), index, wide);
    return tile.toString().equals(path) ? Optional.of(tile) : Optional.empty();
  }

  public boolean isEntries() {
    return level == ENTRIES;
  }

  public boolean isFull() {
    return width == FULL;
  }

  /** The path itself. */
  @Override
  public String toString() {
    StringBuilder path = new StringBuilder("tile/");
    if (isEntries()) {
      path.append("entries");
    } else {
      path.append(level);
    }
    path.append('/');
    number(path, index);
    if (!isFull()) {
      path.append(".p/").append(width);
    }
    return path.toString();
  }

  /** Groups of three digits, all but the last with an x: 1234067 is {@code x001/x234/067}. */
  private static void number(StringBuilder path, long index) {
    if (index >= 1000) {
      group(path.append(groups(index / 1000)), index % 1000);
    } else {
      group(path, index);
    }
  }

  private static String groups(long index) {
    StringBuilder path = new StringBuilder();
    if (index >= 1000) {
      path.append(groups(index / 1000));
    }
    group(path.append('x'), index % 1000);
    return path.append('/').toString();
  }

  private static void group(StringBuilder path, long threeDigits) {
    path.append(threeDigits / 100).append(threeDigits / 10 % 10).append(threeDigits % 10);
  }
}
