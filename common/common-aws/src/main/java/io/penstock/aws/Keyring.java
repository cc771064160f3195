package io.penstock.aws;

/**
 * Envelope encryption under the keys of an organisation and its projects. On AWS: KMS; without a
 * cloud: Tink keysets on disk, mode 0600, each project's keyset wrapped by its organisation's, that
 * by the root. Thread-safe.
 */
public interface Keyring {
  /** Of a secret; what is larger belongs into an object. */
  int MAX_SECRET_BYTES = 64 * 1024 * 1024;

  /** Makes the organisation's key and returns its id; the same again when it exists. */
  String createOrganisationKey(long organisationId);

  /** Makes version 1 of the project's data key; the same again when it exists. */
  String createProjectKey(long organisationId, long projectId);

  /**
   * Seals a secret under the project's key; {@code context} must be the same to open it (AEAD
   * associated data).
   *
   * @throws IllegalArgumentException above {@link #MAX_SECRET_BYTES}
   */
  byte[] seal(long projectId, byte[] plaintext, byte[] context);

  /**
   * Opens what {@link #seal} made.
   *
   * @throws java.security.GeneralSecurityException when key, context or bytes are not the right
   *     ones
   */
  byte[] open(long projectId, byte[] sealed, byte[] context)
      throws java.security.GeneralSecurityException;

  /** Destroys the project's key, so that nothing sealed under it can ever be read again. */
  void destroyProjectKey(long projectId);
}
