package io.penstock.storage.web;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of an answer, in the order of its fields. A field that was put as null is there and
 * null; one that was not put is absent: the contract and its clients tell the two apart.
 */
public final class JsonFields {
  private final Map<String, Object> fields = new LinkedHashMap<>();

  /** JSON's null goes into a map whose type has no word for it. */
  @SuppressWarnings("NullAway")
  public JsonFields put(String name, @Nullable Object value) {
    fields.put(name, value);
    return this;
  }

  /** The field is absent where the condition is false. */
  public JsonFields putIf(boolean condition, String name, @Nullable Object value) {
    return condition ? put(name, value) : this;
  }

  public JsonFields putAll(Map<String, Object> others) {
    fields.putAll(others);
    return this;
  }

  public Map<String, Object> map() {
    return fields;
  }
}
