package io.penstock.storage.metadata;

import io.penstock.storage.web.JsonFields;
import java.util.Map;

/**
 * An attribute of a bucket or a table (chapter 2.3).
 *
 * @param isProtected only administrators' tokens change or remove it
 */
public record Attribute(String name, String value, boolean isProtected) {

  Map<String, Object> json() {
    return new JsonFields()
        .put("name", name)
        .put("value", value)
        .put("protected", isProtected)
        .map();
  }
}
