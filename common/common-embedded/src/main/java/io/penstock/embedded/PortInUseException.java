package io.penstock.embedded;

/**
 * Another program listens on the port that an embedded part was told to use. The message says what
 * to change.
 */
public class PortInUseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int port;

  /**
   * @param part what was to listen there, as a person calls it
   */
  public PortInUseException(int port, String part) {
    super(
        "Port %d on 127.0.0.1 is in use, so the %s cannot listen there: stop the program that does, or give the %s another port (0: any free one)"
            .formatted(port, part, part));
    this.port = port;
  }

  public int port() {
    return port;
  }
}
