package io.penstock.storage.file;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checked parameters of {@code files/prepare} (chapter 2.7). */
record NewFile(
    String name,
    @Nullable Long sizeBytes,
    String contentType,
    boolean permanent,
    boolean encrypted,
    boolean sliced,
    List<String> tags) {

  /** The key of the object stands several times in a session policy of 2048 characters. */
  private static final int MAX_NAME = 180;

  private static final int MAX_TAGS = 100;
  private static final int MAX_TAG = 255;

  /** Checks, and sanitises the name. */
  static NewFile of(Params params) {
    boolean federation = params.flag("federationToken", false);
    boolean sliced = params.flag("isSliced", false);
    if (params.flag("isPublic", false)) {
      throw invalid("isPublic: public files are not offered; files are read by links that expire");
    }
    if (!federation) {
      throw sliced
          ? invalid("isSliced needs federationToken")
          : new PlatformException(
              ErrorCode.NOT_IMPLEMENTED,
              "Uploads by form are not implemented: send federationToken=1");
    }
    Long size = params.number("sizeBytes");
    if (size != null && size < 0) {
      throw invalid("sizeBytes must not be negative");
    }
    return new NewFile(
        name(params.text("name", "")),
        sliced && size != null && size == 0 ? null : size,
        contentType(params),
        params.flag("isPermanent", false),
        params.flag("isEncrypted", false),
        sliced,
        tags(params));
  }

  private static String name(String given) {
    String name = given.replaceAll("[^A-Za-z0-9._-]", "_");
    if (name.isEmpty()) {
      throw invalid("name is required");
    }
    if (name.length() > MAX_NAME) {
      throw invalid("name may have %d characters at most".formatted(MAX_NAME));
    }
    return name;
  }

  private static String contentType(Params params) {
    String type = params.text("contentType", "");
    if (type.length() > 255 || type.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw invalid("contentType is not a media type");
    }
    return type.isEmpty() ? "application/octet-stream" : type;
  }

  private static List<String> tags(Params params) {
    List<String> tags = params.strictList("tags").stream().distinct().toList();
    if (tags.size() > MAX_TAGS) {
      throw invalid("tags: a file may have %d at most".formatted(MAX_TAGS));
    }
    if (tags.stream().anyMatch(tag -> tag.length() > MAX_TAG || tag.indexOf('\0') >= 0)) {
      throw invalid("tags: a tag may have %d characters at most".formatted(MAX_TAG));
    }
    return tags;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
