package io.penstock.storage.bucket;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The checked parameters of a bucket's creation (chapter 2.3).
 *
 * @param name with its prefix
 * @param source null: a bucket of its own
 */
record NewBucket(
    String stage,
    String name,
    String displayName,
    String description,
    @Nullable String color,
    @Nullable Source source) {

  /** The shared bucket of another project that a linked one is to show. */
  record Source(long projectId, String label) {}

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Set<String> STAGES = Set.of("in", "out", "sys");
  private static final int MAX_NAME = 92;
  private static final int MAX_DESCRIPTION = 65_536;
  private static final int MAX_COLOR = 50;

  /**
   * Checks.
   *
   * @param backend the only backend that the project has
   */
  static NewBucket of(Params params, String backend) {
    String name = params.text("name", "");
    if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
      throw invalid(
          "Invalid data - name: It must have 1 to %d alphanumeric characters, dashes and underscores."
              .formatted(MAX_NAME));
    }
    String stage = params.text("stage", "in");
    if (!STAGES.contains(stage)) {
      throw invalid("Invalid data - stage: It must be \"in\" or \"out\".");
    }
    String wanted = params.text("backend", "");
    if (!wanted.isEmpty() && !wanted.equals(backend)) {
      throw invalid("Invalid data - backend: The project has only \"%s\".".formatted(backend));
    }
    return new NewBucket(
        stage,
        "c-" + name,
        displayName(params, name),
        description(params),
        params.has("color") ? color(params) : null,
        source(params));
  }

  private static @Nullable Source source(Params params) {
    Long project = params.number("sourceProjectId");
    String bucket = params.text("sourceBucketId", "");
    if (project == null && bucket.isEmpty()) {
      return null;
    }
    if (project == null || bucket.isEmpty()) {
      throw invalid("sourceProjectId and sourceBucketId are needed together to link a bucket");
    }
    return new Source(project, bucket);
  }

  private static String displayName(Params params, String name) {
    String display = params.text("displayName", "");
    return display.isEmpty() ? name : checkedDisplayName(display);
  }

  static String description(Params params) {
    return text(params, "description", MAX_DESCRIPTION);
  }

  static String color(Params params) {
    return text(params, "color", MAX_COLOR);
  }

  static String checkedDisplayName(String display) {
    if (!NAME.matcher(display).matches()) {
      throw invalid(
          "Invalid data - displayName: Only alphanumeric characters dash and underscores are"
              + " allowed.");
    }
    if (display.startsWith("_")) {
      throw invalid("Invalid data - displayName: Cannot start with underscore.");
    }
    if (display.length() > MAX_NAME) {
      throw invalid(
          "Invalid data - displayName: It may have %d characters at most.".formatted(MAX_NAME));
    }
    return display;
  }

  private static String text(Params params, String field, int max) {
    String text = params.text(field, "");
    if (text.length() > max || text.indexOf('\0') >= 0) {
      throw invalid("Invalid data - %s: It may have %d characters at most.".formatted(field, max));
    }
    return text;
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.BUCKET_VALIDATION, message);
  }
}
