package io.penstock.storage.bucket;

import io.penstock.storage.web.JsonFields;
import io.penstock.storage.web.Params;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The checked parameters of a bucket's change (chapter 2.3); null: stays as it is.
 *
 * @param color empty: none from now on
 */
record BucketUpdate(
    @Nullable String displayName, @Nullable String description, @Nullable String color) {

  static BucketUpdate of(Params params) {
    String display = params.text("displayName");
    return new BucketUpdate(
        display == null ? null : NewBucket.checkedDisplayName(display),
        params.has("description") ? NewBucket.description(params) : null,
        params.has("color") ? NewBucket.color(params) : null);
  }

  boolean isEmpty() {
    return displayName == null && description == null && color == null;
  }

  /** What was given, for events and jobs. */
  Map<String, Object> given() {
    return new JsonFields()
        .putIf(displayName != null, "displayName", displayName)
        .putIf(description != null, "description", description)
        .putIf(color != null, "color", color)
        .map();
  }
}
