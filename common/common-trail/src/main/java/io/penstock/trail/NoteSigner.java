package io.penstock.trail;

/** Signs notes with one Ed25519 key. Thread-safe. */
public interface NoteSigner {

  NoteKey key();

  /** The 64 bytes of the signature over the text. */
  byte[] sign(byte[] text);
}
