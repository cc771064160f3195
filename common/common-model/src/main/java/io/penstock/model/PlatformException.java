package io.penstock.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a code of the contract. The message is shown to the caller: it says what to change
 * and never holds a secret. What only we may see goes into the cause.
 */
public class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, Object> context;

  public PlatformException(ErrorCode code, String message) {
    this(code, message, Map.of(), null);
  }

  public PlatformException(ErrorCode code, String message, @Nullable Throwable cause) {
    this(code, message, Map.of(), cause);
  }

  /**
   * @param context machine-readable details, merged into the answer's envelope or the job's {@code
   *     contextParams}
   */
  public PlatformException(
      ErrorCode code, String message, Map<String, Object> context, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.context = Map.copyOf(context);
  }

  public ErrorCode code() {
    return code;
  }

  public Map<String, Object> context() {
    return context;
  }

  /** The message for the caller; never null, unlike {@link #getMessage()}. */
  public String text() {
    String message = getMessage();
    return message == null ? code.name() : message;
  }
}
