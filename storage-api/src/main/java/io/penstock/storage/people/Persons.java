package io.penstock.storage.people;

import io.penstock.model.ErrorCode;
import io.penstock.model.PlatformException;
import io.penstock.storage.web.Params;
import io.penstock.storage.web.Revocations;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Persons and their membership in projects. */
@Component
class Persons {
  private static final Pattern EMAIL = Pattern.compile("[^@\\s]{1,64}@[^@\\s]{1,190}");
  private static final Set<String> ROLES = Set.of("admin", "guest", "readOnly", "share");

  private final JdbcClient jdbc;
  private final Revocations revocations;
  private final Clock clock;

  Persons(JdbcClient jdbc, Revocations revocations, Clock clock) {
    this.jdbc = jdbc;
    this.revocations = revocations;
    this.clock = clock;
  }

  /** A person in a project. */
  record Member(long id, String name, String email, String role, Instant joinedAt) {}

  static String email(Params params) {
    String email = params.text("email", "").strip();
    if (!EMAIL.matcher(email).matches()) {
      throw new PlatformException(ErrorCode.MANAGE_VALIDATION, "email must be an e-mail address");
    }
    return email;
  }

  static String role(Params params) {
    String role = params.text("role", "admin");
    if (!ROLES.contains(role)) {
      throw new PlatformException(
          ErrorCode.VALIDATION,
          "Role \"%s\" is unknown; allowed: admin, guest, readOnly, share".formatted(role));
    }
    return role;
  }

  /** The person with this address, made when there is none; in the transaction at hand. */
  long findOrCreate(String email, String name, boolean superAdmin) {
    jdbc.sql(
            """
            INSERT INTO person (email, name, state, super_admin, created_at)
            VALUES (:email, :name, 'ACTIVE', :super, :now) ON CONFLICT (lower(email)) DO NOTHING
            """)
        .param("email", email)
        .param("name", name)
        .param("super", superAdmin)
        .param("now", Timestamp.from(clock.instant()))
        .update();
    return jdbc.sql("SELECT id FROM person WHERE lower(email) = lower(:email)")
        .param("email", email)
        .query(Long.class)
        .single();
  }

  /** Puts the person into the project, or changes the role; in the transaction at hand. */
  void join(long projectId, long personId, String role) {
    jdbc.sql(
            """
            INSERT INTO membership (project_id, person_id, role, created_at) VALUES (:project, :person, :role, :now)
            ON CONFLICT (project_id, person_id) DO UPDATE SET role = EXCLUDED.role
            """)
        .param("project", projectId)
        .param("person", personId)
        .param("role", role)
        .param("now", Timestamp.from(clock.instant()))
        .update();
    revocations.move(projectId); // the role decides what the person's token may do
  }

  List<Member> of(long projectId) {
    return jdbc.sql(
            """
            SELECT h.id, h.name, h.email, m.role, m.created_at FROM membership m JOIN person h ON h.id = m.person_id
            WHERE m.project_id = :project ORDER BY h.id
            """)
        .param("project", projectId)
        .query(
            (rs, _) ->
                new Member(
                    rs.getLong(1),
                    rs.getString(2),
                    rs.getString(3),
                    rs.getString(4),
                    rs.getTimestamp(5).toInstant()))
        .list();
  }

  /** The member with this address. */
  Member require(long projectId, String email) {
    return of(projectId).stream()
        .filter(member -> member.email().equalsIgnoreCase(email))
        .findFirst()
        .orElseThrow(
            () ->
                new PlatformException(
                    ErrorCode.USER_NOT_FOUND,
                    "%s is no member of project %d".formatted(email, projectId)));
  }
}
