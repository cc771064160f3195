package io.penstock.storage.file;

import io.penstock.aws.ScopedCredentials.TemporaryCredentials;
import io.penstock.aws.form.PostForm;
import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Timestamps;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The contract's file object (chapter 2.7). */
final class FileJson {
  private FileJson() {}

  /**
   * @param url null: it has expired
   */
  static JsonFields of(StoredFile file, @Nullable String url, String region) {
    return new JsonFields()
        .put("id", file.id())
        .put("created", Timestamps.format(file.createdAt()))
        .put("isPublic", false)
        .put("isSliced", file.sliced())
        .put("isEncrypted", file.encrypted())
        .put("name", file.name())
        .put("fileType", file.fileType())
        .put("contentType", file.contentType())
        .put("url", url)
        .put("provider", "aws")
        .put("region", region)
        .put("sizeBytes", file.sizeBytes())
        .put("tags", file.tags())
        .put("maxAgeDays", file.maxAgeDays())
        .put("runId", file.runId())
        .put("runIds", file.runIds())
        .put(
            "creatorToken", Map.of("id", file.tokenId(), "description", file.creatorDescription()));
  }

  static Map<String, Object> uploadParams(StoredFile file, TemporaryCredentials credentials) {
    return new JsonFields()
        .put("key", file.key())
        .put("bucket", file.bucket())
        .put("acl", "private")
        .putIf(file.encrypted(), "x-amz-server-side-encryption", "AES256")
        .put("credentials", credentials(credentials))
        .map();
  }

  /** What a browser posts, as the contract's older clients do. */
  static Map<String, Object> uploadParams(PostForm form) {
    return new JsonFields()
        .put("url", form.url().toString())
        .putAll(new LinkedHashMap<>(form.fields()))
        .map();
  }

  static Map<String, Object> s3Path(StoredFile file) {
    return new JsonFields().put("bucket", file.bucket()).put("key", file.key()).map();
  }

  static Map<String, Object> credentials(TemporaryCredentials credentials) {
    return new JsonFields()
        .put("AccessKeyId", credentials.accessKeyId())
        .put("SecretAccessKey", credentials.secretAccessKey().reveal())
        .put("SessionToken", credentials.sessionToken().reveal())
        .put("Expiration", Timestamps.expiration(credentials.expiration()))
        .map();
  }
}
