package io.penstock.trail;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a log commits itself to: the root over its first {@code size} entries.
 *
 * @param origin names the log, the same for ever
 */
public record Checkpoint(String origin, long size, Hash root) {

  public Checkpoint {
    if (origin.isBlank() || origin.indexOf('\n') >= 0 || size < 0) {
      throw new IllegalArgumentException("A checkpoint has an origin of one line, and a size");
    }
  }

  /**
   * Whether it is of the log that somebody asked for. One key signs the logs of all organisations:
   * the origin tells them apart.
   *
   * @param asked null: any log of the keys'
   * @param signedBy whose signatures it has
   */
  public boolean isOf(@Nullable String asked, Collection<NoteKey> signedBy) {
    return asked == null
        ? signedBy.stream().anyMatch(key -> origin.startsWith(key.name() + "/"))
        : origin.equals(asked);
  }

  /** The text that is signed: three lines. */
  public String text() {
    return origin + "\n" + size + "\n" + root.base64() + "\n";
  }

  /**
   * Reads the first three lines; tlog-checkpoint allows more behind them.
   *
   * @throws IllegalArgumentException when the text is not a checkpoint's
   */
  public static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length < 4 || !text.endsWith("\n")) {
      throw new IllegalArgumentException("A checkpoint has three lines");
    }
    if (!lines[1].matches("0|[1-9][0-9]{0,18}")) {
      throw new IllegalArgumentException("Not the size of a log: " + lines[1]);
    }
    return new Checkpoint(lines[0], Long.parseLong(lines[1]), Hash.ofBase64(lines[2]));
  }
}
