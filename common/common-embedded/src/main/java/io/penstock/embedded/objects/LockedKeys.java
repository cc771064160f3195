package io.penstock.embedded.objects;

import java.util.regex.Pattern;

/**
 * The objects that nobody may overwrite or delete, with whatever credentials: what an audit trail
 * keeps for good. S3 has Object Lock for it. Partial tiles and the newest checkpoint are none of
 * them: they are made anew as a log grows. Customers' objects lie under {@code exp-15/}.
 */
final class LockedKeys {
  private static final Pattern LOCKED =
      Pattern.compile(
          "audit/(?:trails/.*"
              + "|(?:platform|[0-9]{1,19})/(?:(?:segments|values|checkpoints)/.*"
              + "|tile/(?!.*\\.p/[0-9]{1,3}$).*))",
          Pattern.DOTALL);

  private LockedKeys() {}

  static boolean isLocked(String key) {
    return LOCKED.matcher(key).matches();
  }
}
