package io.penstock.importer.provision;

import io.penstock.warehouse.Identifiers;
import io.penstock.warehouse.Literals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The job that has last set a role's password, as the role's comment; only its maker writes it. */
final class PasswordJob {
  private static final Pattern TEXT = Pattern.compile("password of job ([0-9]{1,18})");

  private PasswordJob() {}

  /** 0: none is known. */
  static long of(Connection connection, String role) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = ?")) {
      statement.setString(1, role);
      try (ResultSet rows = statement.executeQuery()) {
        String comment = rows.next() ? rows.getString(1) : null;
        Matcher known = TEXT.matcher(comment == null ? "" : comment);
        return known.matches() ? Long.parseLong(known.group(1)) : 0;
      }
    }
  }

  static void set(Connection connection, String role, long jobId) throws SQLException {
    Sql.run(
        connection,
        "COMMENT ON ROLE %s IS %s"
            .formatted(Identifiers.quote(role), Literals.quote("password of job " + jobId)));
  }
}
