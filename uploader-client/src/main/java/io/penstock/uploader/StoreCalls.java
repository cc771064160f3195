package io.penstock.uploader;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Calls of the object store for one upload: what may pass is tried again by the same rules as calls
 * of the API, credentials that the store calls expired are renewed. Thread-safe.
 */
final class StoreCalls implements AutoCloseable {
  private final S3Client store;
  private final LentCredentials credentials;
  private final ApiConnection api;
  private final SourceFile file;

  StoreCalls(S3Client store, LentCredentials credentials, ApiConnection api, SourceFile file) {
    this.store = store;
    this.credentials = credentials;
    this.api = api;
    this.file = file;
  }

  /**
   * Makes one call until it succeeds.
   *
   * @param what names the call in messages
   * @throws SdkException when the store refuses; {@link StoreConnection#explained} says it to
   *     people
   * @throws UploadGaveUpException when only passing failures came back until the limit
   * @throws IllegalArgumentException when the source changed meanwhile
   */
  <T> T run(String what, Function<S3Client, T> call) throws InterruptedException {
    return api.retrying(what, () -> attempt(call));
  }

  /** One call, tried once. */
  <T> T once(Function<S3Client, T> call) {
    return call.apply(store);
  }

  private <T> Retries.Outcome<T> attempt(Function<S3Client, T> call) throws InterruptedException {
    try {
      return new Retries.Outcome.Ended<>(call.apply(store));
    } catch (SdkException failure) {
      if (interrupted(failure)) {
        throw StoreConnection.interrupted();
      }
      UploaderException ours = cause(failure, UploaderException.class);
      if (ours != null) {
        throw ours; // from renewing the credentials
      }
      file.requireUnchanged(); // the likelier reason, where it is one
      return again(failure);
    }
  }

  private <T> Retries.Outcome<T> again(SdkException failure) throws InterruptedException {
    if (failure instanceof S3Exception answer && answer.statusCode() >= 400) {
      String code = StoreConnection.code(answer);
      boolean renewed = code.equals("ExpiredToken") && credentials.renew();
      if (!renewed
          && !code.equals("RequestTimeout")
          && !ApiConnection.mayPass(answer.statusCode())) {
        throw failure;
      }
      String reason = "the object store answered HTTP " + answer.statusCode() + " " + code;
      return new Retries.Outcome.Again<>(reason.strip(), asked(answer), failure);
    }
    if (Trust.refused(failure)
        || (cause(failure, IOException.class) == null && !failure.retryable())) {
      throw failure;
    }
    return new Retries.Outcome.Again<>(
        "the object store failed: " + failure.getMessage(), Duration.ZERO, failure);
  }

  private Duration asked(S3Exception answer) {
    var details = answer.awsErrorDetails();
    if (details == null || details.sdkHttpResponse() == null) {
      return Duration.ZERO;
    }
    String value = details.sdkHttpResponse().firstMatchingHeader("Retry-After").orElse("");
    return RetryAfter.pause(value, api.time().now());
  }

  private static boolean interrupted(SdkException failure) {
    return failure instanceof AbortedException
        || cause(failure, InterruptedException.class) != null
        || Thread.currentThread().isInterrupted();
  }

  private static <T> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        return type.cast(one);
      }
      if (one instanceof UncheckedIOException unchecked && type == IOException.class) {
        return type.cast(unchecked.getCause());
      }
    }
    return null;
  }

  @Override
  public void close() {
    store.close();
  }
}
