package io.penstock.embedded.objects;

import com.google.crypto.tink.StreamingAead;
import java.security.GeneralSecurityException;

/**
 * Chooses the key that an object is sealed under. Must be fast and thread-safe: it is asked for
 * every request.
 */
@FunctionalInterface
public interface ObjectKeys {
  /**
   * The key of this object; always the same for the same names.
   *
   * @throws GeneralSecurityException when there is no such key (any more): the object cannot be
   *     written or read then, but it can still be listed and removed
   */
  StreamingAead forObject(String bucket, String key) throws GeneralSecurityException;
}
