package io.penstock.importer.warehouse;

/** How {@code DROP} and {@code ALTER … OWNER TO} call what {@code pg_identify_object} tells. */
public final class ObjectKinds {
  private static final String NO_ARGUMENTS = "()";

  private ObjectKinds() {}

  public static String kind(String type) {
    return type.equals("statistics object") ? "STATISTICS" : type;
  }

  /**
   * The object's name with its arguments. One of an aggregate of none is told like that of a
   * function, which no statement takes: it is {@code s.f(*)}.
   *
   * @param identity qualified and quoted
   */
  public static String name(String type, String identity) {
    return type.equals("aggregate") && identity.endsWith(NO_ARGUMENTS)
        ? identity.substring(0, identity.length() - NO_ARGUMENTS.length()) + "(*)"
        : identity;
  }
}
