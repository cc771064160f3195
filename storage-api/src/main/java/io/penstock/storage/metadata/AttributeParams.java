package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads attributes that a caller sets. */
public final class AttributeParams {
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_536;
  static final int MAX_ATTRIBUTES = 100;

  private AttributeParams() {}

  /** One whose name stands in the path. */
  public static Attribute one(String name, Params params) {
    return checked(name, params.all().get("value"), params.flag("protected", false));
  }

  /** The list that replaces all; a body with nothing in it stands for an empty one. */
  public static List<Attribute> all(Params params) {
    Object given = params.all().get("attributes");
    if (given == null && params.all().isEmpty()) {
      return List.of(); // clients leave an empty list out
    }
    if (given == null) {
      throw invalid("attributes is required; an empty list, or no parameter at all, removes all");
    }
    List<Attribute> attributes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Params item : items(params, given)) {
      Object name = item.all().get("name");
      Attribute attribute =
          checked(
              name == null ? "" : text("name", name),
              item.all().get("value"),
              item.flag("protected", false));
      if (!names.add(attribute.name())) {
        throw invalid("attributes: a name is given twice");
      }
      attributes.add(attribute);
    }
    if (attributes.size() > MAX_ATTRIBUTES) {
      throw tooMany();
    }
    return attributes;
  }

  private static List<Params> items(Params params, Object given) {
    if (given instanceof String text && text.isEmpty()) {
      return List.of();
    }
    boolean objects =
        switch (given) {
          case List<?> list -> list.stream().allMatch(Map.class::isInstance);
          case Map<?, ?> map -> map.values().stream().allMatch(Map.class::isInstance);
          default -> false;
        };
    if (!objects) {
      throw invalid("attributes must be a list of objects with name, value and protected");
    }
    return params.objects("attributes");
  }

  private static Attribute checked(String name, @Nullable Object given, boolean isProtected) {
    if (name.isBlank() || name.length() > MAX_NAME) {
      throw invalid("The name of an attribute must have 1 to %d characters".formatted(MAX_NAME));
    }
    String value = given == null ? "" : text("value", given);
    if (value.length() > MAX_VALUE) {
      throw invalid(
          "The value of an attribute may have %d characters at most".formatted(MAX_VALUE));
    }
    return new Attribute(name, value, isProtected);
  }

  private static String text(String field, Object given) {
    return switch (given) {
      case String text -> text;
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      default -> throw invalid("The " + field + " of an attribute must be a text");
    };
  }

  static PlatformException tooMany() {
    return invalid("A bucket or table may have %d attributes at most".formatted(MAX_ATTRIBUTES));
  }

  private static PlatformException invalid(String message) {
    return new PlatformException(ErrorCode.ATTRIBUTE_VALIDATION, message);
  }
}
