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

  private static final int MAX_NAME = 255;

  /** The key of the object stands several times in a session policy of 2048 characters. */
  private static final int MAX_IN_KEY = 180;

  static final int MAX_TAGS = 100;
  private static final int MAX_TAG = 255;
  private static final String ANY_TYPE = "application/octet-stream";

  /** Checks, and sanitises the name. */
  static NewFile of(Params params) {
    boolean sliced = params.flag("isSliced", false);
    if (sliced && !byCredentials(params)) {
      throw invalid("isSliced needs federationToken: a form carries one object only");
    }
    refusePublic(params);
    Long size = params.number("sizeBytes");
    if (size != null && size < 0) {
      throw invalid("sizeBytes must not be negative");
    }
    return new NewFile(
        name(params.text("name", "")),
        sliced && size != null && size == 0 ? null : size,
        contentType(params.text("contentType", "")),
        params.flag("isPermanent", false),
        params.flag("isEncrypted", false),
        sliced,
        tags(params));
  }

  /**
   * Of a file that comes through the API itself.
   *
   * @param fileName counts where no name is given
   */
  static NewFile ofUpload(Params params, String fileName, String partType) {
    if (params.flag("isSliced", false)) {
      throw invalid("isSliced: slices go straight to the bucket, see files/prepare");
    }
    refusePublic(params);
    String type = contentType(params.text("contentType", ""));
    return new NewFile(
        name(params.text("name", fileName)),
        null,
        type.equals(ANY_TYPE) ? contentType(partType) : type,
        params.flag("isPermanent", false),
        params.flag("isEncrypted", true),
        false,
        tags(params));
  }

  /** The name as it stands in the key: of a long one the end, which says what the file is. */
  String nameInKey() {
    return name.substring(Math.max(0, name.length() - MAX_IN_KEY));
  }

  /** Whether credentials are asked for, and not a form. */
  static boolean byCredentials(Params params) {
    return params.flag("federationToken", false);
  }

  private static void refusePublic(Params params) {
    if (params.flag("isPublic", false)) {
      throw invalid("isPublic: public files are not offered; files are read by links that expire");
    }
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

  private static String contentType(String type) {
    if (type.length() > 255 || type.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw invalid("contentType is not a media type");
    }
    return type.isEmpty() ? ANY_TYPE : type;
  }

  private static List<String> tags(Params params) {
    List<String> tags =
        params.strictList("tags").stream().filter(tag -> !tag.isEmpty()).distinct().toList();
    if (tags.size() > MAX_TAGS) {
      throw invalid("tags: a file may have %d at most".formatted(MAX_TAGS));
    }
    tags.forEach(NewFile::requireTag);
    return tags;
  }

  static void requireTag(String tag) {
    if (tag.isEmpty() || tag.length() > MAX_TAG) {
      throw invalid("tag: a tag has between 1 and %d characters".formatted(MAX_TAG));
    }
  }

  static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.VALIDATION, message);
  }
}
