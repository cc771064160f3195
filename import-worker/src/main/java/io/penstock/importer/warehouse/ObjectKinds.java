package io.penstock.importer.warehouse;

/** What {@code DROP} and {@code ALTER … OWNER TO} call an object. */
public final class ObjectKinds {
  private ObjectKinds() {}

  /**
   * The words for a type of {@code pg_identify_object}. Of routines it tells an identity that
   * {@code DROP AGGREGATE} does not always take: an aggregate of no arguments is {@code f(*)}
   * there.
   */
  public static String ofStatement(String type) {
    return switch (type) {
      case "statistics object" -> "STATISTICS";
      case "aggregate", "function", "procedure" -> "ROUTINE";
      default -> type;
    };
  }
}
