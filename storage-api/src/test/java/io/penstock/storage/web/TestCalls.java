package io.penstock.storage.web;

import io.penstock.model.audit.AuditRecord.Source;
import io.penstock.storage.access.Caller;
import java.time.Instant;
import java.util.function.Supplier;

/** Runs code as the edge would: inside a call of somebody. */
public final class TestCalls {
  public static final String BASE_URL = "https://storage.example.org";

  private TestCalls() {}

  public static <T> T as(Caller caller, Supplier<T> body) {
    Call call =
        new Call(
            Instant.now(),
            "POST /v2/storage/test",
            BASE_URL,
            new Source("192.0.2.1", "test", null),
            "1048601",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            -1);
    call.resolvedAs(caller);
    return ScopedValue.where(Call.CURRENT, call).call(body::get);
  }
}
