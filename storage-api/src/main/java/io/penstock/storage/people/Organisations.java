package io.penstock.storage.people;

import io.penstock.aws.Keyring;
import io.penstock.aws.ObjectStore;
import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Call;
import io.penstock.storage.web.Changes;
import io.penstock.storage.web.Params;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Customers: each with a region, a key and one encrypted bucket of its own. */
@Service
class Organisations {
  private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");
  static final int MAX_NAME = 200;

  private final JdbcClient jdbc;
  private final Keyring keyring;
  private final ObjectStore objects;
  private final Changes changes;
  private final PeopleProperties properties;
  private final Clock clock;

  Organisations(
      JdbcClient jdbc,
      Keyring keyring,
      ObjectStore objects,
      Changes changes,
      PeopleProperties properties,
      Clock clock) {
    this.jdbc = jdbc;
    this.keyring = keyring;
    this.objects = objects;
    this.changes = changes;
    this.properties = properties;
    this.clock = clock;
  }

  /** A customer as the Manage API shows it. */
  record Organisation(
      long id,
      String name,
      String region,
      String bucket,
      String state,
      Instant createdAt,
      @Nullable Integer recordRetentionDays) {}

  /** Makes key and bucket first, which may be repeated, and then the organisation. */
  Organisation create(Params params) {
    String name = name(params);
    String region = params.text("region", properties.region());
    if (!REGION.matcher(region).matches()) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION, "region must be a region's code such as eu-central-1");
    }
    if (!region.equals(properties.region())) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION,
          "This installation keeps data in %s only; run one in %s for customers there"
              .formatted(properties.region(), region));
    }
    long id =
        jdbc.sql("SELECT nextval(pg_get_serial_sequence('organisation', 'id'))")
            .query(Long.class)
            .single();
    String key = keyring.createOrganisationKey(id);
    String bucket = "%s-org-%d".formatted(properties.bucketPrefix(), id);
    objects.createBucket(bucket);
    Organisation made = new Organisation(id, name, region, bucket, "ACTIVE", clock.instant(), null);
    return changes.commit(201, () -> insert(made, key));
  }

  private Organisation insert(Organisation made, String key) {
    jdbc.sql(
            """
            INSERT INTO organisation (id, name, region, bucket, key_id, state, created_at)
            VALUES (:id, :name, :region, :bucket, :key, 'ACTIVE', :now)
            """)
        .param("id", made.id())
        .param("name", made.name())
        .param("region", made.region())
        .param("bucket", made.bucket())
        .param("key", key)
        .param("now", java.sql.Timestamp.from(made.createdAt()))
        .update();
    Call.current().concerns(made.id(), null);
    Call.current().about("organization", Long.toString(made.id()), made.name());
    return made;
  }

  static String name(Params params) {
    String name = params.text("name", "").strip();
    if (name.isEmpty() || name.length() > MAX_NAME) {
      throw new PlatformException(
          ErrorCode.MANAGE_VALIDATION, "name must have 1 to %d characters".formatted(MAX_NAME));
    }
    return name;
  }

  /** The organisation, into whose trail a call at hand then belongs. */
  Organisation require(long id) {
    Organisation found = find(id);
    if (Call.isPresent()) {
      Call.current().concerns(id, null);
      Call.current().about("organization", Long.toString(id), found.name());
    }
    return found;
  }

  private Organisation find(long id) {
    return jdbc.sql("SELECT * FROM organisation WHERE id = :id AND state <> 'DELETED'")
        .param("id", id)
        .query((rs, _) -> organisation(rs))
        .optional()
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.ORGANISATION_NOT_FOUND, "There is no organization " + id));
  }

  List<Organisation> all() {
    return jdbc.sql("SELECT * FROM organisation WHERE state <> 'DELETED' ORDER BY id")
        .query((rs, _) -> organisation(rs))
        .list();
  }

  private static Organisation organisation(ResultSet rs) throws SQLException {
    return new Organisation(
        rs.getLong("id"),
        rs.getString("name"),
        rs.getString("region"),
        rs.getString("bucket"),
        rs.getString("state"),
        rs.getTimestamp("created_at").toInstant(),
        rs.getObject("record_retention_days", Integer.class));
  }
}
