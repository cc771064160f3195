package io.penstock.aws.form;

import java.io.IOException;
import java.io.Serial;

/** A form's body that is not what its content type says, or that ends too early. */
public final class MalformedFormException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public MalformedFormException(String message) {
    super(message);
  }
}
