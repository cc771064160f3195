package io.penstock.storage.utility;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.text.Normalizer;
import java.util.regex.Pattern;

/** Makes display names of any text: letters, digits, dashes and underscores. */
final class DisplayNames {
  private static final int MAX_LENGTH = 92;
  private static final Pattern MARKS = Pattern.compile("\\p{M}+");
  private static final Pattern FOREIGN = Pattern.compile("[^A-Za-z0-9_-]+");
  private static final Pattern START = Pattern.compile("^[_-]+");
  private static final Pattern END = Pattern.compile("-+$");

  private DisplayNames() {}

  /**
   * @throws PlatformException {@code WEBALIZE_DISPLAY_NAME} when nothing is left
   */
  static String of(String text) {
    String plain = MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFD)).replaceAll("");
    String name = START.matcher(FOREIGN.matcher(plain).replaceAll("-")).replaceAll("");
    name = END.matcher(name).replaceAll("");
    if (name.isEmpty()) {
      throw new PlatformException(
          ErrorCode.WEBALIZE_DISPLAY_NAME, "Filtered name \"\" should be valid name");
    }
    return name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH);
  }
}
