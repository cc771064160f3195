package io.penstock.importer.load;

import io.penstock.model.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * {@code {"entries":[{"url":"s3://…","mandatory":true}, …]}}, read piece by piece: millions of
 * pieces that are no slices take no memory.
 */
final class SliceManifest {
  static final int MAX_BYTES = 16 << 20;
  static final int MAX_SLICES = 100_000;

  private final List<Slice> slices = new ArrayList<>();
  private boolean hasEntries;

  /**
   * An entry as it stands there.
   *
   * @param url empty: there is none
   */
  record Slice(String url, boolean mandatory) {}

  private SliceManifest() {}

  /**
   * The entries in their order; of several lists the last one.
   *
   * @throws IllegalArgumentException when it is no JSON object with a list of entries, or has more
   *     than {@link #MAX_SLICES}; says which
   */
  static List<Slice> read(byte[] json) {
    var manifest = new SliceManifest();
    try (JsonParser parser = Json.mapper().createParser(json)) {
      require(parser.nextToken() == JsonToken.START_OBJECT);
      manifest.members(parser);
      require(manifest.hasEntries && parser.nextToken() == null);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("is not JSON", e);
    }
    return manifest.slices;
  }

  private void members(JsonParser parser) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      boolean entries = parser.currentName().equals("entries");
      JsonToken value = parser.nextToken();
      if (entries) {
        slices.clear();
        hasEntries = value == JsonToken.START_ARRAY;
      }
      if (entries && hasEntries) {
        entries(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private void entries(JsonParser parser) {
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      if (slices.size() == MAX_SLICES) {
        throw new IllegalArgumentException("has more than %,d entries".formatted(MAX_SLICES));
      }
      if (token == JsonToken.START_OBJECT) {
        slices.add(slice(parser));
      } else {
        parser.skipChildren();
        slices.add(new Slice("", true));
      }
    }
  }

  private static Slice slice(JsonParser parser) {
    String url = "";
    boolean mandatory = true;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      boolean told = value.isScalarValue() && value != JsonToken.VALUE_NULL;
      if (told && name.equals("url")) {
        url = parser.getValueAsString("");
      } else if (told && name.equals("mandatory")) {
        mandatory = parser.getValueAsBoolean(true);
      } else {
        parser.skipChildren();
      }
    }
    return new Slice(url, mandatory);
  }

  private static void require(boolean form) {
    if (!form) {
      throw new IllegalArgumentException("is not a JSON object with a list of entries");
    }
  }
}
