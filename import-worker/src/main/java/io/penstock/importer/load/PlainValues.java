package io.penstock.importer.load;

import io.penstock.model.job.BaseType;

/**
 * Which values PostgreSQL takes for certain, so that it need not be asked: the forms that nearly
 * all values have. What is not plain may be valid all the same.
 */
final class PlainValues {
  private static final int SURE_DIGITS = 15;
  private static final int SURE_DAY = 28;

  private PlainValues() {}

  /**
   * @param whole digits that a NUMERIC has before the point
   * @param fraction digits that it has behind it
   */
  static boolean isPlain(BaseType type, int whole, int fraction, byte[] text, int length) {
    return switch (type) {
      case STRING -> false;
      case INTEGER -> isNumber(text, length, 18, 0);
      case FLOAT -> isNumber(text, length, SURE_DIGITS, SURE_DIGITS);
      case NUMERIC -> isNumber(text, length, whole, fraction);
      case BOOLEAN -> is("true", text, length) || is("false", text, length);
      case DATE -> length == 10 && isDate(text);
      case TIMESTAMP -> isTimestamp(text, length);
    };
  }

  private static boolean is(String word, byte[] text, int length) {
    if (word.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text[i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(byte[] text, int length, int whole, int fraction) {
    int start = length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    int point = digits(text, start, length);
    boolean wholeFits = point > start && point - start <= whole;
    if (point == length || !wholeFits) {
      return wholeFits;
    }
    int end = digits(text, point + 1, length);
    return text[point] == '.' && end == length && end > point + 1 && end - point - 1 <= fraction;
  }

  /** The index behind the digits. */
  private static int digits(byte[] text, int from, int length) {
    int i = from;
    while (i < length && text[i] >= '0' && text[i] <= '9') {
      i++;
    }
    return i;
  }

  private static boolean isDate(byte[] text) {
    return text[4] == '-'
        && text[7] == '-'
        && isBetween(text, 0, 4, 1, 9999)
        && isBetween(text, 5, 2, 1, 12)
        && isBetween(text, 8, 2, 1, SURE_DAY);
  }

  private static boolean isTimestamp(byte[] text, int length) {
    boolean seconds =
        length >= 19
            && isDate(text)
            && (text[10] == ' ' || text[10] == 'T')
            && text[13] == ':'
            && text[16] == ':'
            && isBetween(text, 11, 2, 0, 23)
            && isBetween(text, 14, 2, 0, 59)
            && isBetween(text, 17, 2, 0, 59);
    return seconds
        && (length == 19
            || (length >= 21
                && length <= 26
                && text[19] == '.'
                && digits(text, 20, length) == length));
  }

  private static boolean isBetween(byte[] text, int from, int digits, int low, int high) {
    int number = 0;
    for (int i = from; i < from + digits; i++) {
      if (text[i] < '0' || text[i] > '9') {
        return false;
      }
      number = 10 * number + text[i] - '0';
    }
    return number >= low && number <= high;
  }
}
