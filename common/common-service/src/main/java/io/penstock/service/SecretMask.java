package io.penstock.service;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text that is on its way into a log: access tokens (their ids stay readable),
 * values that stand behind names such as {@code password}, {@code secretAccessKey}, {@code
 * sessionToken}, {@code AccountKey} or {@code Authorization} in JSON, headers, queries and {@code
 * key=value} text, passwords in URLs, values of configuration keys that begin with {@code #}, and
 * private keys in PEM form. Takes time linear in the text's length; text without anything
 * suspicious is returned as it is. Stateless.
 */
public final class SecretMask {
  static final String MASK = "******";

  /** Every name of {@link #NAMED} ends with one of these. */
  private static final List<String> NAME_ENDINGS =
      List.of(
          "password",
          "passwd",
          "pwd",
          "secret",
          "key",
          "token",
          "authorization",
          "signature",
          "credential",
          "sig");

  private static final int SHORTEST_SEALED_PART = 20;
  private static final int NOT_LOOKED = -2;

  private static final Pattern STORAGE_TOKEN =
      Pattern.compile("(?<!\\d)(\\d++-\\d++-)[A-Za-z0-9]{20,}+");
  private static final Pattern MANAGE_TOKEN = Pattern.compile("(?<!\\d)(\\d++-)[A-Za-z0-9]{30,}+");
  private static final Pattern NAMED =
      Pattern.compile(
          "(?is)((?:password|passwd|pwd|secret|secret[_-]?(?:access[_-]?)?key|(?:api|private|access|account)[_-]?key"
              + "|token|authorization|signature|credential|(?:(?<![a-z0-9_.-])|(?<=%26)|(?<=u0026))sig)\\\\*+[\"']?\\s*+(?:[=:]|%3[AD])\\s*+\\[?)"
              + "(?:(\")(?:[^\"\\\\]|\\\\.)*+|(\\\\++\")[^\"\\\\]*+|(')[^']*+"
              + "|(?:(?:Bearer|Basic)\\s++)?[^\\s\"'\\\\,;&<>(){}\\[\\]]++)");
  private static final Pattern HASH_KEY =
      Pattern.compile(
          "(?s)(\"#[^\"\\\\]{1,256}+\\\\*+\"\\s*+:\\s*+\\\\*+\")(?:[^\"\\\\]|\\\\[^\"])*+");
  private static final Pattern URL_PASSWORD =
      Pattern.compile("(://[^\\s/:@\"]{1,256}+:)[^\\s/\"]{1,512}(?=@)");
  private static final Pattern BEARER = Pattern.compile("(?i)(\\bBearer\\s++)[^\\s\"',;\\]]{8,}+");
  private static final Pattern PRIVATE_KEY =
      Pattern.compile("(?s)(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*?(?=-----END|\\z)");

  private SecretMask() {}

  /** The text without its secrets; the same object when there are none. */
  public static String mask(String text) {
    if (!isSuspicious(text)) {
      return text;
    }
    String masked = replace(PRIVATE_KEY, text);
    masked = NAMED.matcher(masked).replaceAll(SecretMask::maskNamed);
    masked = replace(HASH_KEY, masked);
    masked = replace(BEARER, masked);
    masked = replace(URL_PASSWORD, masked);
    masked = replace(STORAGE_TOKEN, masked);
    return replace(MANAGE_TOKEN, masked);
  }

  private static String replace(Pattern pattern, String text) {
    return pattern.matcher(text).replaceAll("$1" + MASK);
  }

  private static String maskNamed(java.util.regex.MatchResult match) {
    StringBuilder kept = new StringBuilder(match.group(1));
    for (int quote = 2; quote <= 4; quote++) {
      if (match.group(quote) != null) {
        kept.append(match.group(quote));
      }
    }
    return Matcher.quoteReplacement(kept.append(MASK).toString());
  }

  /** One pass without allocation: most log lines end here. */
  private static boolean isSuspicious(String text) {
    int lastAt = NOT_LOOKED;
    for (int i = 0; i < text.length(); i++) {
      boolean suspicious =
          switch (text.charAt(i)) {
            case '-' -> endsTokenIds(text, i) || text.startsWith("-----BEGIN", i);
            case '=' -> followsSecretName(text, i);
            case ':' -> {
              boolean address = text.startsWith("://", i);
              lastAt = address && lastAt == NOT_LOOKED ? text.lastIndexOf('@') : lastAt;
              yield followsSecretName(text, i) || (address && lastAt > i);
            }
            case '%' ->
                (text.startsWith("%3A", i) || text.startsWith("%3D", i))
                    && followsSecretName(text, i);
            case '#' -> i > 0 && text.charAt(i - 1) == '"';
            case 'B', 'b' -> text.regionMatches(true, i, "bearer", 0, 6);
            default -> false;
          };
      if (suspicious) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsTokenIds(String text, int dash) {
    if (dash == 0
        || !isDigit(text.charAt(dash - 1))
        || text.length() <= dash + SHORTEST_SEALED_PART) {
      return false;
    }
    for (int i = dash + 1; i <= dash + SHORTEST_SEALED_PART; i++) {
      if (!isDigit(text.charAt(i)) && !isAsciiLetter(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean followsSecretName(String text, int separator) {
    int end = separator;
    while (end > 0 && isBetweenNameAndSeparator(text.charAt(end - 1))) {
      end--;
    }
    for (String ending : NAME_ENDINGS) {
      if (text.regionMatches(true, end - ending.length(), ending, 0, ending.length())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBetweenNameAndSeparator(char c) {
    return c == '"' || c == '\'' || c == '\\' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
