package io.penstock.embedded.objects;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.gaul.s3proxy.S3ErrorCode;
import org.gaul.s3proxy.S3ProxyException;

/**
 * Maps keys to paths, one to one. A key's parts between slashes become directories, its last part a
 * file whose name ends with {@code ~}; {@code a} and {@code a/b} can so both be objects. Everything
 * but letters, digits and a few signs is escaped, {@code .} and {@code ..} and the empty part too,
 * so that no key leads elsewhere. A part that is too long for a file name goes on in a directory
 * whose name ends with {@code +}.
 */
final class KeyPath {
  private static final int LONGEST_KEY = 1024;
  private static final int LONGEST_NAME = 200;
  private static final String PLAIN = "-_.=";
  private static final String EMPTY = "%";
  private static final String OBJECT = "~";
  private static final String CONTINUED = "+";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private KeyPath() {}

  /** The file of this key under a bucket's directory of objects. */
  static Path of(Path objects, String key) {
    if (key.isEmpty() || key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
      throw new S3ProxyException(
          S3ErrorCode.INVALID_ARGUMENT, "A key has between 1 and " + LONGEST_KEY + " bytes.");
    }
    String[] parts = key.split("/", -1);
    Path path = objects;
    for (int i = 0; i < parts.length; i++) {
      String name = escape(parts[i]);
      int from = 0;
      while (name.length() - from > LONGEST_NAME) {
        path = path.resolve(name.substring(from, from + LONGEST_NAME) + CONTINUED);
        from += LONGEST_NAME;
      }
      path = path.resolve(name.substring(from) + (i == parts.length - 1 ? OBJECT : ""));
    }
    return path;
  }

  /**
   * One entry below a directory.
   *
   * @param name the object's last part, or a directory's part with the slash
   */
  record Child(String name, boolean isObject, Path path) {}

  /** What a directory holds, in the order of keys (UTF-8 bytes); empty when it is gone. */
  static List<Child> children(Path directory) throws IOException {
    var found = new ArrayList<Child>();
    collect(directory, "", found);
    found.sort((a, b) -> compare(a.name(), b.name()));
    return found;
  }

  private static void collect(Path directory, String begun, List<Child> found) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (name.endsWith(CONTINUED)) {
          collect(entry, begun + name.substring(0, name.length() - 1), found);
        } else if (name.endsWith(OBJECT)) {
          String escaped = begun + name.substring(0, name.length() - 1);
          found.add(new Child(unescape(escaped), true, entry));
        } else {
          found.add(new Child(unescape(begun + name) + "/", false, entry));
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) {
      // Removed in the meantime: it holds nothing.
    }
  }

  /** The order in which S3 lists keys. */
  static int compare(String a, String b) {
    return Arrays.compareUnsigned(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static String escape(String part) {
    if (part.isEmpty()) {
      return EMPTY;
    }
    boolean dots = part.equals(".") || part.equals("..");
    var escaped = new StringBuilder(part.length());
    for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || (PLAIN.indexOf(c) >= 0 && !dots);
      if (plain) {
        escaped.append(c);
      } else {
        escaped.append('%');
        HEX.toHexDigits(escaped, b);
      }
    }
    return escaped.toString();
  }

  private static String unescape(String name) {
    if (name.equals(EMPTY)) {
      return "";
    }
    byte[] bytes = new byte[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '%') {
        bytes[length++] = (byte) HexFormat.fromHexDigits(name, i + 1, i + 3);
        i += 2;
      } else {
        bytes[length++] = (byte) name.charAt(i);
      }
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
