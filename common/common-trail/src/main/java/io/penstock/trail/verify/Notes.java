package io.penstock.trail.verify;

import io.penstock.trail.SignedNote;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Signed notes as files. */
final class Notes {
  private Notes() {}

  /**
   * @throws IllegalArgumentException when the bytes are no signed note
   */
  static SignedNote read(byte[] bytes) {
    try {
      return SignedNote.parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("A signed note is plain text in UTF-8", e);
    }
  }
}
