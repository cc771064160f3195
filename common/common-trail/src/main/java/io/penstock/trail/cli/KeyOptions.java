package io.penstock.trail.cli;

import io.penstock.trail.NoteKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Whose signatures count. */
final class KeyOptions {
  private static final int LONGEST = 64 << 10;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FILE",
      description =
          "The log's public key, one line name+hash+base64, or several. May be repeated after a"
              + " change of keys.")
  private List<Path> files = List.of();

  /**
   * @throws IllegalArgumentException when a file has no keys
   */
  List<NoteKey> read() {
    List<NoteKey> keys = new ArrayList<>();
    for (Path file : files) {
      keys.addAll(Texts.parse(file, LONGEST, KeyOptions::parse));
    }
    return keys;
  }

  static List<NoteKey> parse(String text) {
    List<NoteKey> keys = text.lines().filter(line -> !line.isBlank()).map(NoteKey::parse).toList();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("there is no key in it");
    }
    return keys;
  }
}
