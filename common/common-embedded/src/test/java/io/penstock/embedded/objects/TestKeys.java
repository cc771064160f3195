package io.penstock.embedded.objects;

import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.StreamingAead;
import com.google.crypto.tink.config.TinkConfig2026;
import com.google.crypto.tink.streamingaead.PredefinedStreamingAeadParameters;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A real key for each project, and one for each bucket's other objects. */
final class TestKeys implements ObjectKeys {
  private static final Configuration TINK = TinkConfig2026.get();
  private final Map<String, StreamingAead> keys = new ConcurrentHashMap<>();
  private final Set<String> destroyed = ConcurrentHashMap.newKeySet();
  private final ObjectKeys perProject =
      ObjectKeys.perProject(id -> key("project " + id), bucket -> key("bucket " + bucket));

  @Override
  public StreamingAead forObject(String bucket, String key) throws GeneralSecurityException {
    return perProject.forObject(bucket, key);
  }

  private StreamingAead key(String name) {
    if (destroyed.contains(name)) {
      throw new IllegalStateException("No key of " + name);
    }
    return keys.computeIfAbsent(name, _ -> generate());
  }

  void destroyProject(long id) {
    destroyed.add("project " + id);
  }

  private static StreamingAead generate() {
    try {
      return KeysetHandle.generateNew(PredefinedStreamingAeadParameters.AES256_GCM_HKDF_1MB, TINK)
          .getPrimitive(TINK, StreamingAead.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
