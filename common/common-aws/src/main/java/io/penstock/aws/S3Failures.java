package io.penstock.aws;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns what the AWS SDK throws into the failures of our ports. */
final class S3Failures {
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int PRECONDITION_FAILED = 412;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private S3Failures() {}

  /**
   * Runs a call to AWS.
   *
   * @param subject the object's key or the bucket: what is missing when AWS answers 404
   */
  static <T> T call(String subject, Supplier<T> action) {
    try {
      return action.get();
    } catch (SdkException e) {
      throw map(subject, e);
    }
  }

  static void run(String subject, Runnable action) {
    call(
        subject,
        () -> {
          action.run();
          return Boolean.TRUE;
        });
  }

  static RuntimeException map(String subject, SdkException e) {
    if (!(e instanceof AwsServiceException service)) {
      return unavailable(e);
    }
    int status = service.statusCode();
    if (status == NOT_FOUND) {
      var missing = new NoSuchObjectException(subject);
      missing.initCause(e);
      return missing;
    }
    if (status >= SERVER_ERROR || status == TOO_MANY_REQUESTS || service.isThrottlingException()) {
      return unavailable(e);
    }
    return new PlatformException(
        ErrorCode.INTERNAL, "The object store refused an operation of ours.", e);
  }

  static boolean isPreconditionFailure(SdkException e) {
    return e instanceof AwsServiceException service && service.statusCode() == PRECONDITION_FAILED;
  }

  /**
   * Why a write over a version did not happen: another one is there, is just being written, or
   * there is none any more
   * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
   */
  static boolean isOtherVersion(SdkException e) {
    return isPreconditionFailure(e)
        || (e instanceof AwsServiceException service
            && (service.statusCode() == CONFLICT || service.statusCode() == NOT_FOUND));
  }

  private static PlatformException unavailable(SdkException e) {
    return new PlatformException(
        ErrorCode.UNAVAILABLE, "The object store cannot be reached. Please try again.", e);
  }
}
