package io.penstock.storage.web.reference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parameter in short: {@code type[!] [description]}. Types are {@code text}, {@code int}, {@code
 * number}, {@code bool}, {@code map}, {@code binary}, any of the first with {@code []}, {@code
 * object[]}, or words parted by {@code |}; {@code !} means required.
 */
record ShortType(Map<String, Object> schema, boolean required, String description) {

  static ShortType of(String text) {
    int space = text.indexOf(' ');
    String type = space < 0 ? text : text.substring(0, space);
    String description = space < 0 ? "" : text.substring(space + 1).trim();
    boolean required = type.endsWith("!");
    return new ShortType(
        schemaOf(required ? type.substring(0, type.length() - 1) : type), required, description);
  }

  private static Map<String, Object> schemaOf(String type) {
    if (type.endsWith("[]")) {
      return Map.of("type", "array", "items", schemaOf(type.substring(0, type.length() - 2)));
    }
    if (type.contains("|")) {
      return Map.of("type", "string", "enum", List.of(type.split("\\|")));
    }
    return switch (type) {
      case "text" -> Map.of("type", "string");
      case "int" -> Map.of("type", "integer");
      case "number" -> Map.of("type", "number");
      case "bool" -> Map.of("type", "boolean");
      case "map", "object" -> Map.of("type", "object");
      case "binary" -> Map.of("type", "string", "format", "binary");
      case "csv" -> Map.of("type", "string", "enum", List.of("csv"));
      default -> throw new IllegalArgumentException("Unknown type in the reference: " + type);
    };
  }

  /** The schema with its description. */
  Map<String, Object> described() {
    Map<String, Object> described = new LinkedHashMap<>(schema);
    if (!description.isEmpty()) {
      described.put("description", description);
    }
    return described;
  }
}
