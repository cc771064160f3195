package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the items that a caller sets (chapter 2.12), in every shape that clients send: {@code
 * columnsMetadata} is keyed by column, or by anything with a {@code columnName} in each item, or a
 * list of lists.
 */
public final class MetadataParams {
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]+");
  private static final int MAX_KEY = 255;
  private static final int MAX_PROVIDER = 255;
  private static final int MAX_COLUMN = 255;
  private static final int MAX_VALUE = 1024 * 1024;

  private final String provider;
  private final List<MetadataEntry> entries = new ArrayList<>();

  private MetadataParams(String provider) {
    this.provider = provider;
  }

  /** For a bucket or a column; without a column's name. */
  public static List<MetadataEntry> of(Params params) {
    return items(params, provider(params));
  }

  /** For the branch, whose items have no provider. */
  static List<MetadataEntry> withoutProvider(Params params) {
    return items(params, "");
  }

  private static List<MetadataEntry> items(Params params, String provider) {
    MetadataParams read = new MetadataParams(provider);
    read.objectItems(params.all().get("metadata"));
    return read.required("metadata must be a list of at least one item");
  }

  /** For a table and its columns. */
  public static List<MetadataEntry> ofTable(Params params) {
    MetadataParams read = new MetadataParams(provider(params));
    read.objectItems(params.all().get("metadata"));
    read.columnItems(params.all().get("columnsMetadata"));
    return read.required("metadata or columnsMetadata must hold at least one item");
  }

  private static String provider(Params params) {
    Object given = params.all().get("provider");
    String provider = scalar(given);
    if (provider == null || provider.isEmpty() || provider.length() > MAX_PROVIDER) {
      throw new PlatformException(
          ErrorCode.METADATA_INVALID_PROVIDER,
          "provider must be a text of 1 to %d characters".formatted(MAX_PROVIDER));
    }
    return provider;
  }

  private List<MetadataEntry> required(String message) {
    if (entries.isEmpty()) {
      throw structure(message);
    }
    return entries;
  }

  private void objectItems(@Nullable Object given) {
    for (Object item : listed("metadata", given)) {
      entries.add(entry("", object("metadata", item)));
    }
  }

  private void columnItems(@Nullable Object given) {
    switch (given) {
      case Map<?, ?> byColumn ->
          byColumn.forEach((column, items) -> columnItems(String.valueOf(column), items));
      case List<?> list -> list.forEach(items -> columnItems(null, items));
      case null, default -> listed("columnsMetadata", given);
    }
  }

  private void columnItems(@Nullable String column, @Nullable Object given) {
    if (given instanceof Map<?, ?> single && single.containsKey("key")) {
      columnItem(column, single);
      return;
    }
    for (Object item : listed("columnsMetadata", given)) {
      columnItem(column, object("columnsMetadata", item));
    }
  }

  private void columnItem(@Nullable String otherwise, Map<?, ?> item) {
    String named = scalar(item.get("columnName"));
    String column = named == null || named.isEmpty() ? otherwise : named;
    if (column == null || column.isEmpty()) {
      throw structure("columnsMetadata: an item has neither a column as its key nor a columnName");
    }
    if (column.length() > MAX_COLUMN) {
      throw new PlatformException(
          ErrorCode.COLUMN_NOT_EXISTS, "columnsMetadata: the name of a column is too long");
    }
    entries.add(entry(column, item));
  }

  private MetadataEntry entry(String column, Map<?, ?> item) {
    String key = scalar(item.get("key"));
    if (key == null || !item.containsKey("value")) {
      throw structure("Each item of metadata must have a key and a value");
    }
    requireKey(key);
    return new MetadataEntry(column, provider, key, value(item.get("value")));
  }

  static void requireKey(String key) {
    if (key.length() > MAX_KEY || !KEY.matcher(key).matches()) {
      throw new PlatformException(
          ErrorCode.METADATA_INVALID_KEY,
          "A metadata key must have 1 to %d letters, digits, underscores, dots and dashes"
              .formatted(MAX_KEY));
    }
  }

  private static String value(@Nullable Object given) {
    if (given == null) {
      return "";
    }
    String value = scalar(given);
    if (value == null) {
      throw structure("A metadata value must be a text");
    }
    if (value.length() > MAX_VALUE || value.getBytes(StandardCharsets.UTF_8).length > MAX_VALUE) {
      throw structure("A metadata value may have %d bytes at most".formatted(MAX_VALUE));
    }
    return value;
  }

  /** A list, or a map that stands for one, as form fields with gaps do. */
  private static Iterable<?> listed(String name, @Nullable Object given) {
    return switch (given) {
      case null -> List.of();
      case List<?> list -> list;
      case Map<?, ?> map -> map.values();
      case String text when text.isEmpty() -> List.of();
      default -> throw structure(name + " must be a list of items");
    };
  }

  private static Map<?, ?> object(String name, @Nullable Object item) {
    if (item instanceof Map<?, ?> map) {
      return map;
    }
    throw structure("Each item of " + name + " must be an object with a key and a value");
  }

  private static @Nullable String scalar(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      case null, default -> null;
    };
  }

  private static PlatformException structure(String message) {
    return new PlatformException(ErrorCode.METADATA_INVALID_STRUCTURE, message);
  }
}
