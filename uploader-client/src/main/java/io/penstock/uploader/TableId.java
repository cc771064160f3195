package io.penstock.uploader;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a table lives: {@code in.c-main.users} is the table {@code users} in the bucket {@code
 * in.c-main}.
 *
 * @param bucket stage and name of the bucket, {@code in.c-main}
 * @param name name of the table inside its bucket, without dots
 */
public record TableId(String bucket, String name) {
  private static final Pattern BUCKET =
      Pattern.compile("(in|out|sys)\\.(c-)?([A-Za-z0-9_-]{1,96})");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,96}");

  /**
   * @throws IllegalArgumentException when a part is not a possible name
   */
  public TableId {
    if (!BUCKET.matcher(bucket).matches() || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "\"%s.%s\" is not a table's id: it looks like in.c-main.users".formatted(bucket, name));
    }
  }

  /**
   * Reads {@code in.c-main.users}.
   *
   * @throws IllegalArgumentException when the text is no such id
   */
  public static TableId parse(String text) {
    int lastDot = text.lastIndexOf('.');
    if (lastDot < 0) {
      throw new IllegalArgumentException(
          "\"%s\" is not a table's id: it looks like in.c-main.users".formatted(text));
    }
    return new TableId(text.substring(0, lastDot), text.substring(lastDot + 1));
  }

  /** Stage of the bucket: {@code in}, {@code out} or {@code sys}. */
  String stage() {
    return part(1);
  }

  /**
   * The bucket's name as it is given when the bucket is made: the server adds {@code c-} itself.
   */
  String bareBucketName() {
    return part(3);
  }

  private String part(int group) {
    Matcher parts = BUCKET.matcher(bucket);
    if (!parts.matches()) {
      throw new IllegalStateException("checked in the constructor: " + bucket);
    }
    return parts.group(group);
  }

  @Override
  public String toString() {
    return bucket + "." + name;
  }
}
