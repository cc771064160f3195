package io.penstock.storage.utility;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.warehouse.ColumnNames;
import java.util.regex.Pattern;

/**
 * Makes display names of any text: letters, digits, dashes and underscores, none of the latter two
 * at the start. Letters become ASCII as those of column names do.
 */
final class DisplayNames {
  private static final int MAX_LENGTH = 92;
  private static final int MAX_TEXT = 1000;
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]+");
  private static final Pattern START = Pattern.compile("^[_-]+");

  private DisplayNames() {}

  /**
   * @throws PlatformException {@code WEBALIZE_DISPLAY_NAME} when nothing is left; {@code
   *     VALIDATION} for a text that is no name but a book
   */
  static String of(String text) {
    if (text.length() > MAX_TEXT) {
      throw new PlatformException(
          ErrorCode.VALIDATION, "displayName may have %d characters at most".formatted(MAX_TEXT));
    }
    String plain = ColumnNames.transliterate(text);
    String name = START.matcher(FOREIGN.matcher(plain).replaceAll("-")).replaceAll("");
    if (name.isEmpty()) {
      throw new PlatformException(
          ErrorCode.WEBALIZE_DISPLAY_NAME, "Filtered name \"\" should be valid name");
    }
    return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH);
  }
}
