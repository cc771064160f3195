package io.penstock.uploader;

import org.jspecify.annotations.Nullable;

/**
 * The server or the network failed for longer than we keep trying. The same call may succeed later:
 * nothing says that the data are at fault.
 */
public final class UploadGaveUpException extends UploaderException {
  private static final long serialVersionUID = 1L;

  UploadGaveUpException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
