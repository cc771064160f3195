package io.penstock.storage.metadata;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import org.jspecify.annotations.Nullable;

/** What one item must have, exactly; null: anything. */
public record MetadataMatch(
    @Nullable String key, @Nullable String value, @Nullable String provider) {

  /**
   * The contract's {@code metadataKey}, {@code metadataValue} and {@code metadataProvider}.
   *
   * @throws PlatformException {@code VALIDATION} when none is given
   */
  public static MetadataMatch of(Params params) {
    MetadataMatch match =
        new MetadataMatch(
            given(params, "metadataKey"),
            given(params, "metadataValue"),
            given(params, "metadataProvider"));
    if (match.key == null && match.value == null && match.provider == null) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "At least one of metadataKey, metadataValue and metadataProvider is required");
    }
    return match;
  }

  private static @Nullable String given(Params params, String name) {
    String text = params.text(name, "");
    return text.isEmpty() ? null : text;
  }
}
