package io.penstock.trail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text and the signatures under it: lines {@code — name base64} after an empty line. Immutable.
 */
public final class SignedNote {
  private static final int LONGEST = 1_000_000;
  private static final int MOST_SIGNATURES = 100;
  private static final int ID_BYTES = 4;
  private static final String DASH = "— ";

  private record Line(String name, int id, byte[] signature) {}

  private final String text;
  private final List<Line> lines;
  private final String whole;

  private SignedNote(String text, List<Line> lines, String whole) {
    this.text = text;
    this.lines = lines;
    this.whole = whole;
  }

  /**
   * @param text ends with a line's end
   * @param signers at least one; each adds a line
   */
  public static SignedNote sign(String text, List<NoteSigner> signers) {
    if (signers.isEmpty()) {
      throw new IllegalArgumentException("Somebody has to sign");
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder note = new StringBuilder(text).append('\n');
    for (NoteSigner signer : signers) {
      byte[] signature = signer.sign(bytes);
      byte[] value =
          ByteBuffer.allocate(ID_BYTES + signature.length)
              .putInt(signer.key().id())
              .put(signature)
              .array();
      note.append(DASH).append(signer.key().name()).append(' ');
      note.append(Base64.getEncoder().encodeToString(value)).append('\n');
    }
    return parse(note.toString());
  }

  /**
   * @throws IllegalArgumentException when it is not a signed note
   */
  public static SignedNote parse(String note) {
    int end = note.lastIndexOf("\n\n");
    if (end <= 0 || end + 2 >= note.length() || note.length() > LONGEST || !note.endsWith("\n")) {
      throw new IllegalArgumentException("A signed note is a text, an empty line and signatures");
    }
    if (note.chars().anyMatch(c -> (c < ' ' && c != '\n') || c == '\uFFFD')) {
      throw new IllegalArgumentException("A signed note is plain text in UTF-8");
    }
    List<Line> lines = new ArrayList<>();
    for (String line : note.substring(end + 2, note.length() - 1).split("\n", -1)) {
      lines.add(line(line));
    }
    if (lines.size() > MOST_SIGNATURES) {
      throw new IllegalArgumentException("A signed note has at most 100 signatures");
    }
    return new SignedNote(note.substring(0, end + 1), List.copyOf(lines), note);
  }

  private static Line line(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 3 || !(parts[0] + " ").equals(DASH) || parts[1].isEmpty()) {
      throw new IllegalArgumentException("Not a line with a signature: " + line);
    }
    byte[] value = Base64.getDecoder().decode(parts[2]);
    if (value.length <= ID_BYTES) {
      throw new IllegalArgumentException("The signature of " + parts[1] + " is too short");
    }
    return new Line(
        parts[1],
        ByteBuffer.wrap(value).getInt(),
        Arrays.copyOfRange(value, ID_BYTES, value.length));
  }

  /** What is signed, with its last line's end. */
  public String text() {
    return text;
  }

  /**
   * Those of the keys that have signed the text. None, when one of them has a line here that it did
   * not sign: such a note was tampered with, whoever else signed it.
   */
  public Set<NoteKey> verifiedBy(Collection<NoteKey> keys) {
    Map<String, NoteKey> known = new HashMap<>();
    keys.forEach(key -> known.put(key.name() + '+' + key.id(), key));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Set<NoteKey> signed = new LinkedHashSet<>();
    for (Line line : lines) {
      NoteKey key = known.get(line.name() + '+' + line.id());
      if (key != null) {
        if (!key.verifies(bytes, line.signature())) {
          return Set.of();
        }
        signed.add(key);
      }
    }
    return signed;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SignedNote that && whole.equals(that.whole);
  }

  @Override
  public int hashCode() {
    return whole.hashCode();
  }

  /** The whole note. */
  @Override
  public String toString() {
    return whole;
  }
}
