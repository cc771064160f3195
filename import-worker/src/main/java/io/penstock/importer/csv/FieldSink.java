package io.penstock.importer.csv;

/** Is told the values of a file's data records as they stream by, in their order. */
@FunctionalInterface
public interface FieldSink {
  /**
   * @param field valid until the call returns
   */
  void field(FieldValue field);
}
