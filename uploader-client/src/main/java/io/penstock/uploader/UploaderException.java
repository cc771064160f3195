package io.penstock.uploader;

import org.jspecify.annotations.Nullable;

/**
 * Why an upload or another call did not succeed. Wrong input is an {@link IllegalArgumentException}
 * instead.
 */
public abstract sealed class UploaderException extends RuntimeException
    permits UploadRefusedException, UploadGaveUpException, ReceiptMismatchException {
  private static final long serialVersionUID = 1L;

  UploaderException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The message; never null, unlike {@link #getMessage()}. */
  public String text() {
    String message = getMessage();
    return message == null ? getClass().getSimpleName() : message;
  }
}
