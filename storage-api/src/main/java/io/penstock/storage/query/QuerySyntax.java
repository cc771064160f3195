package io.penstock.storage.query;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;

/** The one refusal of this package. */
final class QuerySyntax {
  private QuerySyntax() {}

  static PlatformException because(String reason) {
    return new PlatformException(ErrorCode.QUERY_SYNTAX, "Failed to parse query: " + reason + ".");
  }
}
