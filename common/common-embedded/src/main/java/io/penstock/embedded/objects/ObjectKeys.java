package io.penstock.embedded.objects;

import com.google.crypto.tink.StreamingAead;
import java.security.GeneralSecurityException;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses the key that an object is sealed under. Must be fast and thread-safe: it is asked for
 * every request.
 */
@FunctionalInterface
public interface ObjectKeys {
  /**
   * The key of this object; always the same for the same names.
   *
   * @throws GeneralSecurityException when there is no such key (any more), as with an {@link
   *     IllegalStateException}: the object cannot be written or read then, but it can still be
   *     listed and removed
   */
  StreamingAead forObject(String bucket, String key) throws GeneralSecurityException;

  /**
   * The project's key for {@code exp-15/{projectId}/…}, the bucket's own for everything else.
   *
   * @param ofProject by the project's number
   * @param ofBucket by the bucket's name
   */
  static ObjectKeys perProject(
      LongFunction<StreamingAead> ofProject, Function<String, StreamingAead> ofBucket) {
    Pattern files = Pattern.compile("exp-15/(\\d{1,18})/.*", Pattern.DOTALL);
    return (bucket, key) -> {
      Matcher project = files.matcher(key);
      return project.matches()
          ? ofProject.apply(Long.parseLong(project.group(1)))
          : ofBucket.apply(bucket);
    };
  }
}
