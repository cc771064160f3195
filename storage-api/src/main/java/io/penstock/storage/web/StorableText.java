package io.penstock.storage.web;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Texts that a database can hold: no NUL, no half of a surrogate pair. JSON can spell both. Queues
 * take less, and get it escaped, see {@link io.penstock.model.QueueText}. The depth of what is
 * looked at is bounded by its parsers.
 */
final class StorableText {
  private StorableText() {}

  /**
   * Looks at every text below.
   *
   * @param name of the parameter, for the message
   * @throws PlatformException {@code VALIDATION}
   */
  static void require(String name, @Nullable Object value) {
    switch (value) {
      case String text -> requireText(name, text);
      case Iterable<?> items -> items.forEach(item -> require(name, item));
      case Map<?, ?> map ->
          map.forEach(
              (key, item) -> {
                requireText(name, String.valueOf(key));
                require(name, item);
              });
      case null, default -> {}
    }
  }

  private static void requireText(String name, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (c == 0 || (Character.isSurrogate(c) && !pair)) {
        throw new PlatformException(
            ErrorCode.VALIDATION,
            "%s: character %d is %s, which no text may hold"
                .formatted(shown(name), i + 1, c == 0 ? "NUL" : "half a surrogate pair"));
      }
      if (pair) {
        i++;
      }
    }
  }

  private static String shown(String name) {
    String printable = name.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() > 60 ? printable.substring(0, 60) + "…" : printable;
  }
}
