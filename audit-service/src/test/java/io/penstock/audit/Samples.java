package io.penstock.audit;

import io.penstock.model.audit.AuditRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Records for tests: {@code Samples.event(7).project(12).build()}. */
public final class Samples {
  public static final Instant START = Instant.parse("2030-01-01T10:00:00Z");

  private Samples() {}

  /** The UUID of version 7 of the n-th record: one per second from {@link #START} on. */
  public static UUID id(long n) {
    long millis = START.plusSeconds(n).toEpochMilli();
    return new UUID((millis << 16) | 0x7000L, 0x8000_0000_0000_0000L | n);
  }

  public static Builder event(long n) {
    return new Builder(n);
  }

  /** Everything but the number has a default. */
  public static final class Builder {
    private final long n;
    private @Nullable Long organisation = 1L;
    private @Nullable Long project = 12L;
    private AuditRecord.Kind kind = AuditRecord.Kind.EVENT;
    private AuditRecord.Actor actor = new AuditRecord.Actor("token", "44", "jane@example.org");
    private AuditRecord.AuditObject object =
        new AuditRecord.AuditObject("table", "in.c-main.users", "users");
    private String operation = "storage.tableImportDone";
    private String message = "Imported table in.c-main.users";
    private String type = "success";
    private String component = "storage";
    private @Nullable String configurationId;
    private @Nullable String runId;
    private int status;
    private Map<String, Object> params = Map.of();
    private AuditRecord.Outcome outcome = AuditRecord.Outcome.ALLOWED;
    private String address = "10.0.0.1";

    private Builder(long n) {
      this.n = n;
    }

    public Builder organisation(@Nullable Long value) {
      organisation = value;
      return this;
    }

    public Builder project(@Nullable Long value) {
      project = value;
      return this;
    }

    public Builder call(String route, int answered) {
      kind = AuditRecord.Kind.CALL;
      operation = route;
      status = answered;
      return this;
    }

    public Builder actor(String actorType, String id, String name) {
      actor = new AuditRecord.Actor(actorType, id, name);
      return this;
    }

    public Builder object(String objectType, String id, String name) {
      object = new AuditRecord.AuditObject(objectType, id, name);
      return this;
    }

    public Builder operation(String value) {
      operation = value;
      return this;
    }

    public Builder message(String value) {
      message = value;
      return this;
    }

    public Builder type(String value) {
      type = value;
      return this;
    }

    public Builder component(String value, @Nullable String configuration) {
      component = value;
      configurationId = configuration;
      return this;
    }

    public Builder run(String value) {
      runId = value;
      return this;
    }

    public Builder params(Map<String, Object> value) {
      params = value;
      return this;
    }

    public Builder outcome(AuditRecord.Outcome value) {
      outcome = value;
      return this;
    }

    public Builder address(String value) {
      address = value;
      return this;
    }

    public AuditRecord build() {
      return new AuditRecord(
          id(n),
          kind == AuditRecord.Kind.EVENT ? 5000 + n : 0,
          kind,
          START.plusSeconds(n),
          organisation,
          project,
          actor,
          new AuditRecord.Source(address, "client/1", null),
          operation,
          object,
          outcome,
          status,
          12,
          runId,
          null,
          component,
          configurationId,
          type,
          message,
          "",
          params,
          Map.of(),
          List.of());
    }
  }
}
