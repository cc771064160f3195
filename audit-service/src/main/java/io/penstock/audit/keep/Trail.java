package io.penstock.audit.keep;

import io.penstock.model.audit.AuditRecord;
import java.util.regex.Pattern;

/**
 * The one sequence in which an organisation's records stand; those without an organisation are the
 * platform's.
 */
public record Trail(String name) {
  private static final Pattern NAME = Pattern.compile("platform|[0-9]{1,19}");
  public static final Trail PLATFORM = new Trail("platform");

  public Trail {
    if (!isName(name)) {
      throw new IllegalArgumentException("Not the name of a trail: " + name);
    }
  }

  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** What all its objects' keys begin with: a plain copy of it is a log that can be verified. */
  public String prefix() {
    return "audit/" + name + "/";
  }

  public static Trail of(AuditRecord record) {
    Long organisation = record.organisationId();
    return organisation == null ? PLATFORM : new Trail(Long.toString(organisation));
  }

  @Override
  public String toString() {
    return name;
  }
}
