package io.penstock.aws;

/** The object is not there. */
public class NoSuchObjectException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NoSuchObjectException(String key) {
    super("No object " + key);
  }
}
