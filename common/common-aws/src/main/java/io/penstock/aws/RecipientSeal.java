package io.penstock.aws;

/** Seals for one recipient, who alone holds the private key (HPKE, RFC 9180). Thread-safe. */
public interface RecipientSeal {

  /** {@code context} must be the same to open it. */
  byte[] seal(byte[] plaintext, byte[] context);

  /** The recipient's side. */
  interface Opener {
    /**
     * @throws java.security.GeneralSecurityException when key, context or bytes are not the right
     *     ones
     */
    byte[] open(byte[] sealed, byte[] context) throws java.security.GeneralSecurityException;
  }
}
